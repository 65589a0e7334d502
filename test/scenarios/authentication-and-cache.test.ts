// Nobody gets out of the cache what he could not get from the origin: each way in is tried with what was stored for somebody else.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin(undefined, edge);
const other = useOrigin(undefined, edge);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const KEYS = {
  key: { keys: { ann: sha256("ka"), bob: sha256("kb") }, query: "k", header: "x-api-key" },
} as const;
const ann = { "x-api-key": "ka" };
const bob = { "x-api-key": "kb" };

let sites = 0;
let answered = 0;
/** The most that a careless route can do. */
const GREEDY = { ttl: "1h", staleWhileRevalidate: "1h", staleIfError: "1h" } as const;

function site(routes: SiteFile["routes"], more: Partial<SiteFile> = {}): Promise<EdgeClient> {
  return edge.site({
    hosts: [`cached-${++sites}.test`],
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes,
    ...more,
  });
}

beforeEach(() => {
  answered = 0;
  origin.answers((request, response) => {
    answered++;
    const whom = request.headers["x-user"] ?? "nobody";
    response
      .writeHead(200, { "cache-control": "max-age=60", etag: '"1"', "content-type": "text/plain" })
      .end(`secret ${answered} for ${whom}`);
  });
});

const told = (answer: Answer): string =>
  `${answer.status} ${answer.status < 400 ? answer.text : answer.json().title}`;

describe("without a credential, what is stored", () => {
  const guarded = () => site([{ id: "all", to: "web", cache: GREEDY }], { auth: KEYS });

  it.each<[what: string, path: string, options: { method?: string; headers?: Record<string, string> }]>([
    ["is not had by GET", "/a", {}],
    ["is not had by HEAD", "/a", { method: "HEAD" }],
    ["is not had by a range", "/a", { headers: { range: "bytes=0-3" } }],
    ["is not had by a condition", "/a", { headers: { "if-none-match": '"1"' } }],
    ["is not had by a condition that nothing meets", "/a", { headers: { "if-match": '"2"' } }],
    ["is not had by only-if-cached", "/a", { headers: { "cache-control": "only-if-cached" } }],
    ["is not had by max-stale", "/a", { headers: { "cache-control": "max-stale" } }],
    ["is not had by another spelling of the path", "/%61", {}],
    ["is not had by two slashes", "//a", {}],
    ["is not had by a dot segment", "/b/../a", {}],
    ["is not had by an empty query", "/a?", {}],
    ["is not had by a wrong key", "/a?k=wrong", {}],
    ["is not had by a key beside a good name", "/a", { headers: { "x-user": "ann" } }],
    [
      "is not had by POST with an overridden method",
      "/a",
      { method: "POST", headers: { "x-http-method-override": "GET" } },
    ],
  ])("%s", async (_what, path, options) => {
    const client = await guarded();
    await client.get("/a", ann);
    expect((await client.get("/a", ann)).header("cache-status")).toMatch(/; hit/);
    const before = answered;
    const stolen = await client.ask(path, options);
    expect([400, 401]).toContain(stolen.status);
    expect(stolen.text).not.toContain("secret");
    expect(answered).toBe(before);
  });

  it("is not had while its origin is down", async () => {
    const client = await guarded();
    await client.get("/a", ann);
    await edge.advance(3_700_000);
    origin.answers((_request, response) => void response.writeHead(503).end());
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for nobody");
    expect(told(await client.get("/a"))).toBe("401 unauthenticated");
  });

  it("is not had by who waits for the same", async () => {
    const client = await guarded();
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end("secret");
    });
    // A client has one connection.
    const [first, waiting] = [client.get("/a", ann), edge.client(`cached-${sites}.test`).get("/a")];
    expect(told(await waiting)).toBe("401 unauthenticated");
    gate.open();
    expect(told(await first)).toBe("200 secret");
  });

  it("is not had by another host of the site", async () => {
    const hosts = [`one-${++sites}.test`, `two-${sites}.test`];
    const client = await site(
      [
        {
          id: "guarded",
          match: { host: String(hosts[0]) },
          auth: KEYS,
          to: "web",
          cache: { ...GREEDY, key: { host: false, route: false } },
        },
        { id: "open", to: "web", cache: { ...GREEDY, key: { host: false, route: false } } },
      ],
      { hosts },
    );
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for nobody");
    expect(told(await edge.client(String(hosts[1])).get("/a"))).toBe("200 secret 2 for nobody");
  });
});

describe("through another route of the same origin, what is stored behind a proof", () => {
  // The open route leads to another path of the origin by itself; here it is the cache that must not confuse them.
  it.each([true, false])("is not found (key.route: %s)", async (route) => {
    const cache = { ...GREEDY, key: { route } };
    const client = await site([
      {
        id: "open",
        match: { query: { open: true } },
        to: "web",
        cache: { ...cache, key: { route, query: { except: ["open"] } } },
      },
      {
        id: "guarded",
        auth: KEYS,
        to: "web",
        cache: { ...cache, key: { route, query: { except: ["open"] } } },
      },
    ]);
    await client.get("/a", ann);
    expect(told(await client.get("/a?open=1"))).toBe("200 secret 2 for nobody");
    // Nor the other way round.
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for nobody");
  });

  it("is not found by who has to prove something else", async () => {
    const key = { route: false, query: { except: ["x"] } };
    const others = { key: { keys: { eve: sha256("ke") } } };
    const client = await site([
      { id: "theirs", match: { query: { x: true } }, auth: others, to: "web", cache: { ...GREEDY, key } },
      { id: "ours", auth: KEYS, to: "web", cache: { ...GREEDY, key } },
    ]);
    await client.get("/a", ann);
    expect(told(await client.get("/a?x=1", { "x-api-key": "ke" }))).toBe("200 secret 2 for nobody");
  });

  it("is not found after the site has opened the route", async () => {
    const hosts = [`changed-${++sites}.test`];
    const route = { id: "all", to: "web", cache: GREEDY };
    const client = await site([{ ...route, auth: KEYS }], { hosts });
    await client.get("/a", ann);
    await site([route], { hosts });
    await edge.advance(61_000);
    await client.get("/b");
    await edge.settled();
    expect(told(await client.get("/a"))).toBe("200 secret 3 for nobody");
  });
});

describe("of one who got in, another who got in", () => {
  const telling = (more: object = {}) =>
    site([{ id: "all", to: "web", cache: GREEDY }], { auth: { ...KEYS, ...more } });

  it("gets the same where the origin does not know who asks", async () => {
    const client = await telling();
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for nobody");
    expect(told(await client.get("/a", bob))).toBe("200 secret 1 for nobody");
    expect(told(await client.get("/a?k=kb"))).toBe("200 secret 1 for nobody");
  });

  it.each<[what: string, headers: object]>([
    ["by GET", {}],
    ["by a range", { range: "bytes=0-3" }],
    ["by a condition", { "if-none-match": '"1"' }],
    ["by a forged name", { "x-user": "ann" }],
    ["by a forged name in another spelling", { x_user: "ann" }],
    ["by Connection", { connection: "x-user" }],
  ])("gets its own where the origin is told who asks: %s", async (_what, headers) => {
    const client = await telling({ fields: { "x-user": "sub" } });
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for ann");
    const before = answered;
    await client.get("/a", { ...bob, ...(headers as Record<string, string>) });
    expect(answered).toBe(before + 1);
    expect(origin.last.headers["x-user"]).toBe("bob");
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for ann");
    expect(told(await client.get("/a", bob))).toMatch(/for bob/);
  });

  it("gets its own where the credential itself is passed on", async () => {
    origin.answers((request, response) => {
      const { url, headers } = request;
      response
        .writeHead(200, { "cache-control": "max-age=60" })
        .end(`${headers["x-api-key"]} ${headers.cookie} ${url}`);
    });
    const byHeader = await telling({ passCredentials: true });
    expect((await byHeader.get("/a", ann)).text).toBe("ka undefined /a");
    expect((await byHeader.get("/a", bob)).text).toBe("kb undefined /a");
    const byCookie = await site([{ id: "all", to: "web", cache: GREEDY }], {
      auth: { key: { keys: KEYS.key.keys, cookie: "s" }, passCredentials: true },
    });
    expect((await byCookie.get("/a", { cookie: "s=ka" })).text).toBe("undefined s=ka /a");
    expect((await byCookie.get("/a", { cookie: "s=kb" })).text).toBe("undefined s=kb /a");
    const byQuery = await site(
      [{ id: "all", to: "web", cache: { ...GREEDY, key: { query: { only: ["v"] } } } }],
      {
        auth: { key: { keys: KEYS.key.keys, query: "k" }, passCredentials: true },
      },
    );
    expect((await byQuery.get("/a?k=ka")).text).toBe("undefined undefined /a?k=ka");
    expect((await byQuery.get("/a?k=kb")).text).toBe("undefined undefined /a?k=kb");
  });

  describe("where another server decides", () => {
    const decided = (send: string[], route: object = {}) => {
      other.answers((_request, response) => void response.writeHead(204).end());
      origin.answers((request, response) => {
        const { cookie, "x-token": token } = request.headers;
        response.writeHead(200, { "cache-control": "public, max-age=60" }).end(`for ${cookie ?? token}`);
      });
      const auth = { forward: { url: other.url, send } };
      return site([{ id: "all", to: "web", cache: GREEDY, ...route }], { auth });
    };

    it.each([
      ["cookie", "s=ann", "s=bob"],
      ["x-token", "ann", "bob"],
    ])("gets its own if that server is shown %s, which the origin sees too", async (name, anns, bobs) => {
      const client = await decided([name]);
      expect((await client.get("/a", { [name]: anns })).text).toBe(`for ${anns}`);
      expect((await client.get("/a", { [name]: bobs })).text).toBe(`for ${bobs}`);
      expect((await client.get("/a", { [name]: anns })).header("cache-status")).toMatch(/; hit/);
    });

    it("gets no cookie of the other one's from a cache further out, even where the site shares responses", async () => {
      const client = await decided(["cookie"]);
      const shared = await site([{ id: "all", to: "web", cache: GREEDY }], {
        auth: { forward: { url: other.url, setCookie: true }, shared: true },
      });
      expect((await shared.get("/a")).header("cache-control")).toBe("public, max-age=60");
      other.answers((_request, response) => void response.writeHead(204, { "set-cookie": "s=ann" }).end());
      const withCookie = await shared.get("/a");
      expect([withCookie.header("cache-control"), withCookie.header("set-cookie")]).toEqual([
        "max-age=60, private",
        "s=ann",
      ]);
      expect((await client.get("/a")).header("set-cookie")).toBeNull();
    });

    it("gets the same if the site removes the field on the way to the origin", async () => {
      const client = await decided(["cookie"], { headers: { request: { remove: ["cookie"] } } });
      expect((await client.get("/a", { cookie: "s=ann" })).text).toBe("for undefined");
      expect((await client.get("/a", { cookie: "s=bob" })).header("cache-status")).toMatch(/; hit/);
    });
  });

  it("does not wait for the other one's answer", async () => {
    const client = await telling({ fields: { "x-user": "sub" } });
    const gate = aGate();
    origin.answers(async (request, response) => {
      if (request.headers["x-user"] === "ann") await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end(`for ${request.headers["x-user"]}`);
    });
    const first = client.get("/a", ann);
    expect((await edge.client(`cached-${sites}.test`).get("/a", bob)).text).toBe("for bob");
    gate.open();
    expect((await first).text).toBe("for ann");
  });

  it("gets no error of the other one's in its place, and no stale answer", async () => {
    const client = await telling({ fields: { "x-user": "sub" } });
    await client.get("/a", ann);
    await edge.advance(3_700_000);
    origin.answers((_request, response) => void response.writeHead(503).end());
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for ann");
    expect((await client.get("/a", bob)).status).toBe(503);
  });

  it("gets nothing that the origin calls private", async () => {
    const client = await telling();
    origin.answers(
      (_request, response) =>
        void response.writeHead(200, { "cache-control": "private, max-age=60" }).end(`${++answered}`),
    );
    expect([(await client.get("/a", ann)).text, (await client.get("/a", bob)).text]).toEqual(["1", "2"]);
  });
});

describe("on a route that claims choose", () => {
  const chosen = (route: object = {}, cache: object = {}) => {
    origin.answers((request, response) => {
      const { "x-api-key": key, "x-user": user, "x-plan": plan } = request.headers;
      response
        .writeHead(200, { "cache-control": "public, max-age=60" })
        .end(`for ${plan ?? "all"}, ${user ?? "nobody"} with ${key ?? "no key"}`);
    });
    return site(
      [
        {
          id: "ann",
          match: { claims: { sub: "ann" } },
          headers: { request: { set: { "x-plan": "gold" } } },
          to: "web",
          cache: { ...GREEDY, ...cache },
          ...route,
        },
        { id: "rest", auth: "off", to: "web", cache: { ...GREEDY, ...cache } },
      ],
      { auth: KEYS },
    );
  };

  it.each([true, false])(
    "what is stored is for them alone, also if the route is open (key.route: %s)",
    async (route) => {
      const client = await chosen({ auth: "off" }, { key: { route } });
      expect((await client.get("/a", ann)).text).toBe("for gold, nobody with no key");
      expect((await client.get("/a")).text).toBe("for all, nobody with no key");
      expect((await client.get("/a", ann)).text).toBe("for gold, nobody with no key");
    },
  );

  it("no cache further out gives their answers to others", async () => {
    const client = await chosen({ auth: "off" });
    expect((await client.get("/a", ann)).header("cache-control")).toBe("max-age=60, private");
    expect((await client.get("/a")).header("cache-control")).toBe("public, max-age=60");
  });

  it("the credential by which they were known is not passed on", async () => {
    const client = await chosen({ auth: "off", cache: "off" });
    await client.get("/a?k=ka", ann);
    expect(origin.last.url).toBe("/a");
    expect(origin.last.headers["x-api-key"]).toBeUndefined();
  });
});

describe("a change by who may", () => {
  it("is not undone by who may not: a POST without a credential purges nothing", async () => {
    const client = await site([{ id: "all", to: "web", cache: GREEDY }], { auth: KEYS });
    await client.get("/a", ann);
    expect((await client.ask("/a", { method: "POST" })).status).toBe(401);
    expect(told(await client.get("/a", ann))).toBe("200 secret 1 for nobody");
    await client.ask("/a", { method: "POST", headers: ann });
    expect(told(await client.get("/a", ann))).toBe("200 secret 3 for nobody");
  });
});
