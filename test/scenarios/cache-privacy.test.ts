// One client's private response never reaches another: not stored, not shared by those who wait for the same key, not
// by an update of what is stored, whatever lifetime the route gives.
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { type Answering, useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin(undefined, edge);

type Fields = Record<string, string>;

/** Greets whom the request names, and says that of the answer. */
function greeting(fields: Fields): Answering {
  return (request, response) => {
    const whom = request.headers.cookie ?? request.headers.authorization ?? "nobody";
    const named = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, value.replace("WHOM", whom)]),
    );
    response.writeHead(200, { "content-type": "text/html", ...named }).end(`hello ${whom}`);
  };
}

let sites = 0;

/** The most that a careless route can do. */
async function greedy(): Promise<string> {
  const host = `greedy-${++sites}.test`;
  await edge.site({
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [{ id: "all", to: "web", cache: { ttl: "1h", staleWhileRevalidate: "1h", staleIfError: "1h" } }],
  });
  return host;
}

const alice: Fields = { cookie: "alice" };
const bob: Fields = { cookie: "bob" };

describe("a private response reaches its own client alone", () => {
  const cases: [name: string, fields: Fields, request: [alice: Fields, bob: Fields], path?: string][] = [
    ["private", { "cache-control": "private, max-age=60" }, [alice, bob]],
    ["no-store", { "cache-control": "no-store" }, [alice, bob]],
    ["no-cache", { "cache-control": "no-cache" }, [alice, bob]],
    ["private for CDNs", { "cache-control": "max-age=60", "cdn-cache-control": "private" }, [alice, bob]],
    [
      "private beside Surrogate-Control",
      { "cache-control": "private", "surrogate-control": 'content="ESI/1.0"' },
      [alice, bob],
    ],
    ["private by a broken list", { "cache-control": 'private="set-cookie, max-age=60' }, [alice, bob]],
    [
      "a cookie is set",
      { "cache-control": "public, max-age=60", "set-cookie": "session=WHOM" },
      [alice, bob],
    ],
    [
      "Authorization",
      { "cache-control": "max-age=60" },
      [{ authorization: "alice" }, { authorization: "bob" }],
    ],
    ["Authorization, then without", {}, [{ authorization: "alice" }, {}]],
    ["Vary: Cookie", { "cache-control": "max-age=60", vary: "Cookie" }, [alice, bob]],
    ["Vary: *", { "cache-control": "max-age=60", vary: "*" }, [alice, bob]],
    ["a path that looks static", {}, [alice, bob], "/account/x.css"],
  ];
  for (const [name, fields, [hers, his], path = "/account"] of cases) {
    it(`${name}: one after the other`, async () => {
      origin.answers(greeting(fields));
      const client = edge.client(await greedy());
      const first = await client.get(path, hers);
      await edge.settled();
      const second = await client.get(path, his);
      expect(first.text).toBe(`hello ${whom(hers)}`);
      expect(second.text).toBe(`hello ${whom(his)}`);
      for (const value of second.headers.values()) expect(value).not.toContain("alice");
    });

    it(`${name}: at once`, async () => {
      const gate = aGate();
      origin.answers(async (request, response, seen) => {
        await gate.opened;
        await greeting(fields)(request, response, seen);
      });
      const host = await greedy();
      const both = [edge.client(host).get(path, hers), edge.client(host).get(path, his)] as const;
      await edge.until("both are at the edge", ({ inFlight }) => inFlight === 2);
      gate.open();
      const [first, second] = await Promise.all(both);
      expect([first.text, second.text]).toEqual([`hello ${whom(hers)}`, `hello ${whom(his)}`]);
    });
  }
});

describe("an update of what is stored brings nobody's own", () => {
  const shared = { etag: '"a"', "cache-control": "max-age=1" };
  const site = () =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });

  /** A page for all is stored; then this comes of Alice's request for it. */
  async function afterAlice(
    method: string,
    status: number,
    fields: Fields,
  ): Promise<{ hers: Headers; his: Headers }> {
    const client = await site();
    origin.answers((_request, response) => void response.writeHead(200, shared).end("for all"));
    await client.get("/");
    await edge.settled();
    await edge.advance(2_000);
    origin.answers((_request, response) => void response.writeHead(status, { etag: '"a"', ...fields }).end());
    const hers = await client.ask("/", { method, headers: alice });
    await edge.settled();
    origin.answers((_request, response) => void response.writeHead(200, shared).end("for all"));
    const his = await client.get("/", bob);
    expect(his.text).toBe("for all");
    return { hers: hers.headers, his: his.headers };
  }

  it("a 304 with a cookie", async () => {
    const { hers, his } = await afterAlice("GET", 304, { "set-cookie": "session=alice" });
    expect(hers.get("set-cookie")).toBe("session=alice");
    expect(his.get("set-cookie")).toBeNull();
  });
  it("a 304 that is private", async () => {
    const { hers, his } = await afterAlice("GET", 304, {
      "cache-control": "private, max-age=60",
      "x-name": "alice",
    });
    expect(hers.get("x-name")).toBe("alice");
    expect(his.get("x-name")).toBeNull();
  });
  it("a HEAD with a cookie", async () => {
    const { his } = await afterAlice("HEAD", 200, {
      "cache-control": "max-age=60",
      "set-cookie": "session=alice",
    });
    expect(his.get("set-cookie")).toBeNull();
  });
  it("and its neighbour: a 304 that says nothing of the kind is for all", async () => {
    const { his } = await afterAlice("GET", 304, { "cache-control": "max-age=60", "x-test": "for all" });
    expect(his.get("x-test")).toBe("for all");
  });
});

it("a route that begins to tell clients apart uses nothing that was stored before", async () => {
  origin.answers(greeting({ "cache-control": "max-age=600" }));
  const site = (cache: object) =>
    edge.site({
      hosts: ["apart.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });
  const client = await site({});
  const carol: Fields = { cookie: "who=carol" };
  await client.get("/", carol);
  await edge.settled();
  expect((await client.get("/", { cookie: "who=dave" })).text).toBe("hello who=carol"); // as the origin allowed
  await site({ key: { cookie: ["who"] } });
  await edge.advance(61_000); // the edge has read the site anew
  expect((await client.get("/", { cookie: "who=dave" })).text).toBe("hello who=dave");
});

describe("a POST's answer that says it is the page", () => {
  const cases: [name: string, fields: Fields, sharedWithBob: boolean][] = [
    ["is not stored with a cookie", { "set-cookie": "session=alice" }, false],
    ["is not stored where it is private", { "cache-control": "private, max-age=60" }, false],
    ["is stored where it is for all", {}, true],
  ];
  for (const [name, fields, sharedWithBob] of cases) {
    it(name, async () => {
      origin.answers((request, response) => {
        request.resume();
        const told = { "cache-control": "max-age=60", "content-location": "/page", ...fields };
        response.writeHead(200, told).end(`for ${request.headers.cookie}`);
      });
      const client = await edge.site({
        pools: { web: { origins: [{ id: "a", url: origin.url }] } },
        routes: [{ id: "all", to: "web" }],
      });
      await client.ask("/page", { method: "POST", headers: alice, body: "x" });
      await edge.settled();
      expect((await client.get("/page", bob)).text).toBe(sharedWithBob ? "for alice" : "for bob");
    });
  }
});

const whom = (fields: Fields): string => fields.cookie ?? fields.authorization ?? "nobody";
