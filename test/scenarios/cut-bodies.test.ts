// An origin that breaks bodies off answers well as far as its headers go. Envoy counts such a reset as a failure of the host
// (source/common/router/router.cc, onUpstreamReset); HAProxy and nginx do not.
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";

type PoolFile = NonNullable<SiteFile["pools"]>[string];
type RouteFile = SiteFile["routes"][number];

describe("an origin that breaks bodies off", () => {
  const edge = useEdge();
  const origin = useOrigin(replies(["first"]), edge);
  const standby = useOrigin(replies(["standby"]), edge);

  const siteWith = (pool: Partial<PoolFile>, route: Partial<RouteFile> = { cache: "off" }) =>
    edge.site({
      pools: {
        web: {
          origins: [
            { id: "first", url: origin.url },
            { id: "standby", url: standby.url, tier: 1 },
          ],
          ...pool,
        } as PoolFile,
      },
      routes: [{ id: "all", to: "web", ...route } as RouteFile],
    });

  const breaksOff = () =>
    origin.answers((request, response) => {
      response.writeHead(200).write("half of it", () => request.socket.destroy());
    });

  const broken = async (client: EdgeClient, ...paths: string[]) => {
    for (const path of paths) {
      await expect(client.get(path)).rejects.toThrow();
      await edge.settled();
    }
  };

  const WHERE: [string, Partial<PoolFile>, Partial<RouteFile>?][] = [
    ["with a limit between two bytes", { timeout: { idle: "10s" } }],
    [
      "that counts what is under way, with such a limit",
      { balance: "least-requests", timeout: { idle: "10s" } },
    ],
    ["whose responses are stored", {}, { cache: { ttl: "1m" } }],
    ["whose responses are stored, with such a limit", { timeout: { idle: "10s" } }, { cache: { ttl: "1m" } }],
  ];

  it.each(WHERE)("is ejected after three in a row, in a pool %s", async (_where, pool, route) => {
    const client = await siteWith(pool, route);
    breaksOff();
    await broken(client, "/1", "/2");
    origin.answers(replies(["first"]));
    expect((await client.get("/whole")).text).toBe("first");
    await edge.settled();
    breaksOff();
    await broken(client, "/3", "/4", "/5");
    expect((await client.get("/6")).text).toBe("standby");
  });

  it("is believed good again only after a whole body", async () => {
    const client = await siteWith({ timeout: { idle: "10s" } });
    breaksOff();
    await broken(client, "/", "/", "/");
    await edge.advance(15_000);
    await broken(client, "/"); // the trial
    expect((await client.get("/")).text).toBe("standby");
    origin.answers(replies(["first"]));
    await edge.advance(30_000);
    expect((await client.get("/")).text).toBe("first");
    await edge.settled();
    breaksOff();
    await broken(client, "/", "/");
    origin.answers(replies(["first"]));
    expect((await client.get("/")).text).toBe("first");
  });

  it.each(WHERE)("is not one whose clients leave, in a pool %s", async (_where, pool, route) => {
    const client = await siteWith(pool, route);
    origin.answers((_request, response) => {
      const more = setInterval(() => response.write("x".repeat(10_000)), 2);
      response.once("close", () => clearInterval(more));
      setTimeout(() => response.end(), 200);
    });
    for (const path of ["/1", "/2", "/3", "/4"]) {
      const { body } = await client.stream(path);
      await once(body, "readable");
      body.once("error", () => {}).destroy();
      await edge.settled();
    }
    origin.answers(replies(["first"]));
    expect((await client.get("/")).text).toBe("first");
  });

  it("is not one that the edge cuts off for a time-out", async () => {
    const client = await siteWith({ timeout: { idle: "100ms" } });
    origin.answers((_request, response) => void response.writeHead(200).write("and then nothing"));
    await broken(client, "/1", "/2", "/3", "/4");
    origin.answers(replies(["first"]));
    expect((await client.get("/")).text).toBe("first");
  });
});
