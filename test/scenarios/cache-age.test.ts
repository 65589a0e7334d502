// How old a response is, and how long it lives: by the origin's clock where the origin sets the lifetime, from its arrival
// where the route does. Clients are told its age in either case.
import { beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { deadUrl, useOrigin } from "../support/origin.ts";

/** The store goes by the real clock: by that, nothing that is stored here is over. */
const NOON = Date.UTC(2099, 10, 24, 12);

describe("the life of a response", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  beforeAll(() => edge.stopClockAt(NOON));

  async function aClient(cache: object, headers: Record<string, string>, status = 200): Promise<EdgeClient> {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });
    origin.answers((_request, response) => void response.writeHead(status, headers).end("page"));
    return client;
  }

  /** How the second request is answered, so many seconds after the first. */
  async function afterwards(client: EdgeClient, seconds: number) {
    await client.get("/");
    await edge.settled();
    await edge.advance(seconds * 1_000);
    return client.get("/");
  }

  const hoursBefore = (hours: number) => new Date(edge.now - hours * 3_600_000).toUTCString();
  const ROUTES: readonly [whose: string, cache: object, status: number][] = [
    ["ttl", { ttl: "1h" }, 200],
    ["statusTtl", { statusTtl: { 404: "1h" } }, 404],
    ["defaultTtl", { defaultTtl: "1h" }, 200],
  ];
  for (const [whose, cache, status] of ROUTES) {
    it(`${whose} counts from when the response came, though it was two hours old by its Age`, async () => {
      const client = await aClient(cache, { age: "7200" }, status);
      const hit = await afterwards(client, 3_599);
      expect(hit.header("cache-status")).toBe("headgate; hit; ttl=1");
      expect(hit.header("age")).toBe(String(7_200 + 3_599));
      await edge.advance(1_000);
      expect((await client.get("/")).header("cache-status")).not.toContain("hit");
    });

    it(`${whose} counts from when the response came, though the origin's clock is two hours behind`, async () => {
      const client = await aClient(cache, { date: hoursBefore(2) }, status);
      expect((await afterwards(client, 3_599)).header("cache-status")).toBe("headgate; hit; ttl=1");
    });
  }

  it("max-age counts from when the response was made, by its Age and by its Date", async () => {
    for (const made of [() => ({ age: "3600" }), () => ({ date: hoursBefore(1) })]) {
      const client = await aClient({}, { "cache-control": "max-age=3610", ...made() });
      expect((await afterwards(client, 9)).header("cache-status")).toBe("headgate; hit; ttl=1");
      await edge.advance(1_000);
      expect((await client.get("/")).header("cache-status")).not.toContain("hit");
    }
  });

  it("is told to clients as a number of seconds, whatever Age the origin sends", async () => {
    for (const age of ["2147483649", `1${"0".repeat(25)}`, "9".repeat(400)]) {
      const client = await aClient({ ttl: "1h", browserTtl: "1m" }, { age });
      const hit = await afterwards(client, 5);
      expect(hit.header("age")).toBe("2147483648");
      expect(hit.header("cache-status")).toBe("headgate; hit; ttl=3595");
      expect(hit.header("cache-control")).toBe("max-age=2147483708");
    }
  });
});

describe("the age of an answer that another origin did not give", () => {
  const edge = useEdge();
  const origin = useOrigin();
  const silent = useOrigin(() => {});

  it("does not count the attempts that failed before it", async () => {
    for (const url of [silent.url, await deadUrl()]) {
      const client = await edge.site({
        pools: {
          web: {
            balance: "first",
            origins: [
              { id: "failing", url },
              { id: "well", url: origin.url },
            ],
            timeout: { firstByte: "2500ms" },
          },
        },
        routes: [{ id: "all", to: "web" }],
      });
      origin.answers((_request, response) => {
        response.sendDate = false;
        response.writeHead(200, { "cache-control": "max-age=2" }).end("page");
      });
      expect((await client.get("/")).text).toBe("page");
      await edge.settled();
      const hit = await client.get("/");
      expect(hit.header("cache-status")).toMatch(/^headgate; hit/);
      expect(hit.header("age")).toBe("0");
    }
  });
});
