// Every option of a route's cache, on a real edge: what it changes for the client, and what the origin is asked.
// Rows run as those of the conformance tables do; what needs more than one host or country follows them.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";
import { runRows } from "../support/rows.ts";
import { cacheOptions } from "./cache-option-rows.ts";

runRows("cache option", cacheOptions);

describe("cache options that look beyond the request", () => {
  const edge = useEdge();
  const origin = useOrigin();
  const site = (cache: SiteFile["routes"][number]["cache"], hosts?: string[]) => {
    origin.answers(replies(["1", "2", "3"], { "cache-control": "max-age=60" }));
    return edge.site({
      ...(hosts && { hosts }),
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", ...(cache !== undefined && { cache }) }],
    });
  };

  it("key.country: each country has responses of its own", async () => {
    const client = await site({ key: { country: true } });
    const bodies: string[] = [];
    for (const country of ["DE", "FR", "DE"]) {
      await edge.control({ country });
      bodies.push((await client.get("/")).text);
      await edge.settled();
    }
    expect(bodies).toEqual(["1", "2", "1"]);
  });

  it("key.host false: all hosts of the site share responses", async () => {
    const client = await site({ key: { host: false } }, ["one.test", "two.test"]);
    expect((await client.get("/")).text).toBe("1");
    await edge.settled();
    expect((await edge.client("two.test").get("/")).text).toBe("1");
  });

  it("key.host false: what leads back to the host that was asked is kept for that host", async () => {
    const client = await site({ key: { host: false }, setCookie: "store" }, ["five.test", "six.test"]);
    const other = edge.client("six.test");
    const to: Record<string, string> = {
      "/moved": "location",
      "/https": "location",
      "/named": "content-location",
      "/cookie": "set-cookie",
    };
    origin.answers(({ url = "" }, response) => {
      const place = url === "/https" ? origin.url.replace("http:", "https:") : origin.url;
      const value = url === "/cookie" ? "a=1; Domain=127.0.0.1" : `${place}/there`;
      response.writeHead(301, { "cache-control": "max-age=60", [to[url] ?? ""]: value }).end();
    });
    for (const [path, field] of Object.entries(to)) {
      for (const [one, host] of [
        [client, "five.test"],
        [other, "six.test"],
        [client, "five.test"],
      ] as const) {
        expect((await one.get(path)).header(field)).toContain(host);
        await edge.settled();
      }
    }
    expect(origin.seen).toHaveLength(8);
  });

  it("key.host false: a rewrite that tells the origin the host asks for each", async () => {
    origin.answers(
      ({ url }, response) => void response.writeHead(200, { "cache-control": "max-age=60" }).end(url),
    );
    const client = await edge.site({
      hosts: ["seven.test", "eight.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "all",
          to: "web",
          rewrite: { query: { set: { at: "${host}" } } },
          cache: { key: { host: false } },
        },
      ],
    });
    expect((await client.get("/")).text).toBe("/?at=seven.test");
    await edge.settled();
    expect((await edge.client("eight.test").get("/")).text).toBe("/?at=eight.test");
  });

  it("left out, each host has its own", async () => {
    const client = await site(undefined, ["three.test", "four.test"]);
    expect((await client.get("/")).text).toBe("1");
    await edge.settled();
    expect((await edge.client("four.test").get("/")).text).toBe("2");
  });

  it("key.query: the origin sees what the key leaves out", async () => {
    const client = await site({ key: { query: { only: ["v"] } } });
    await client.get("/?v=1&utm=a");
    expect(origin.last.url).toBe("/?v=1&utm=a");
  });

  it("methods: a QUERY's body reaches the origin whole", async () => {
    const client = await site(undefined);
    origin.answers((request, response) => void request.pipe(response));
    expect((await client.ask("/", { method: "QUERY", body: "q=1" })).text).toBe("q=1");
  });
});
