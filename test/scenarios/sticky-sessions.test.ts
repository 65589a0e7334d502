import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { Answer, EdgeClient } from "../support/client.ts";
import { type Edge, useEdge } from "../support/edge.ts";
import { replies, type TestOrigin, useOrigin } from "../support/origin.ts";

type PoolFile = NonNullable<SiteFile["pools"]>[string];
type StickyFile = NonNullable<PoolFile["sticky"]>;

const SECRET = "a secret of the edge, long enough to be one";

describe("sticky sessions over the live edge", () => {
  const edge = useEdge({ HEADGATE_SECRET: SECRET });
  const twin = useEdge({ HEADGATE_SECRET: SECRET });
  const stranger = useEdge({ HEADGATE_SECRET: `${SECRET}!` });
  const without = useEdge();
  const a = useOrigin(replies(["a"]), edge);
  const b = useOrigin(replies(["b"]), edge);
  const c = useOrigin(replies(["c"]), edge);
  const origins: Record<string, TestOrigin> = { a, b, c };
  let sites = 0;

  interface Given {
    readonly hosts?: string[];
    readonly ids?: string;
    readonly pool?: Partial<PoolFile>;
    readonly at?: Edge;
    readonly state?: Record<string, "drain" | "off">;
    readonly cache?: SiteFile["routes"][number]["cache"];
  }

  /** A pool that takes turns, so that a client that is not bound would move on at each request. */
  const siteWith = (sticky: StickyFile, given: Given = {}): Promise<EdgeClient> => {
    const {
      ids = "abc",
      pool,
      at = edge,
      hosts = [`sticky-${++sites}.test`],
      state = {},
      cache = "off",
    } = given;
    const list = [...ids].map(
      (id) => ({ id, url: origins[id]?.url ?? "", state: state[id] ?? "active" }) as const,
    );
    return at.site({
      hosts,
      pools: {
        web: { balance: "round-robin", retry: { on: ["connect", 503] }, ...pool, sticky, origins: list },
      },
      routes: [{ id: "rest", to: "web", cache }],
    });
  };

  const pinIn = ({ cookies }: Answer): string | undefined =>
    cookies.find((cookie) => cookie.startsWith("hg"));
  const pinOf = (cookie: string | undefined): string => cookie?.split(/[=;]/)[1] ?? "";

  /** A client that keeps cookies, as a browser does. */
  const browsing = (client: EdgeClient) => {
    let cookie: string | undefined;
    return {
      get cookie() {
        return cookie ?? "";
      },
      async get(path = "/", headers: Record<string, string> = {}): Promise<Answer> {
        const answer = await client.get(path, { ...headers, ...(cookie !== undefined && { cookie }) });
        const pin = pinIn(answer);
        if (pin !== undefined) cookie = pin.split(";")[0];
        return answer;
      },
    };
  };

  const texts = async (count: number, get: () => Promise<Answer>): Promise<string> => {
    const got: string[] = [];
    for (let request = 0; request < count; request++) got.push((await get()).text);
    return got.join("");
  };

  const reread = async (client: EdgeClient, at = edge) => {
    await at.advance(11_000);
    await client.get("/");
    await at.settled();
  };

  // The promise of every suite: envoy, stateful_session; haproxy, reg-tests/…/cookie*; traefik, sticky; caddy, cookie selection policy.
  it("keep each of two clients at its own origin", async () => {
    const client = await siteWith({ cookie: "hg" });
    const one = browsing(client);
    const two = browsing(client);
    const first = (await one.get()).text;
    const second = (await two.get()).text;
    expect(second).not.toBe(first);
    for (let round = 0; round < 5; round++) {
      expect((await one.get()).text).toBe(first);
      expect((await two.get()).text).toBe(second);
    }
  });

  it("set the cookie once, and read nothing of the origin into it", async () => {
    const client = await siteWith({ cookie: "hg", ttl: "2h" });
    const one = browsing(client);
    const first = await one.get();
    expect(pinIn(first)).toMatch(/^hg=1[\w-]{42}; Path=\/; Max-Age=7200; HttpOnly; SameSite=Lax$/);
    expect(pinIn(await one.get())).toBeUndefined();
    const another = await siteWith({ cookie: "hg" }, { ids: "a" });
    const values = new Set<string>();
    for (const step of [0, 1_000, 1_000]) {
      await edge.advance(step);
      values.add(pinOf(pinIn(await another.get("/"))).slice(9));
    }
    expect(values.size).toBe(3); // always the same origin
  });

  it("keep the cookie from the origin, and leave the others alone", async () => {
    const client = await siteWith({ cookie: "hg" }, { ids: "a" });
    const one = browsing(client);
    await one.get();
    await client.get("/", { cookie: `theme=dark; ${one.cookie}; __Host-hg=x; hgx=1` });
    expect(a.last.headers.cookie).toBe("theme=dark; hgx=1");
    await client.get("/", { cookie: one.cookie });
    expect(a.last.headers.cookie).toBeUndefined();
  });

  it("ignore a cookie in which any byte was changed, and what never was one", async () => {
    const client = await siteWith({ cookie: "hg" }, { ids: "ab" });
    const { cookies } = await client.get("/");
    const value = pinOf(cookies[0]);
    const forged = [...value].map(
      (digit, at) => value.slice(0, at) + (digit === "A" ? "B" : "A") + value.slice(at + 1),
    );
    for (const text of [...forged, "", "a", "1", value.slice(1), `${value}0`, "x".repeat(5_000)]) {
      const answer = await client.get("/", { cookie: `hg=${text}` });
      expect(answer.status).toBe(200);
      expect(pinIn(answer), text).toBeDefined(); // a new one
    }
    expect(pinIn(await client.get("/", { cookie: `hg=${value}` }))).toBeUndefined();
  });

  it("ignore a cookie of another site, of another pool, and of an edge with another secret", async () => {
    const one = browsing(await siteWith({ cookie: "hg" }, { hosts: ["own.test"] }));
    await one.get();
    const other = await siteWith({ cookie: "hg" }, { hosts: ["foreign.test"] });
    expect(pinIn(await other.get("/", { cookie: one.cookie }))).toBeDefined();
    const elsewhere = await siteWith({ cookie: "hg" }, { hosts: ["own.test"], at: stranger });
    expect(pinIn(await elsewhere.get("/", { cookie: one.cookie }))).toBeDefined();
    const same = await siteWith({ cookie: "hg" }, { hosts: ["own.test"], at: twin });
    expect(pinIn(await same.get("/", { cookie: one.cookie }))).toBeUndefined();
  });

  it("name in the log, once for a pool, that a cookie has the seal of another secret, and nothing of what is expired or no cookie", async () => {
    const hosts = ["rotated.test"];
    const one = browsing(await siteWith({ cookie: "hg", ttl: "1h" }, { hosts }));
    await one.get();
    const foreign = async () => {
      const { warnings } = await stranger.control({});
      return warnings.filter(({ message }) => message.includes("was not sealed here"));
    };
    const before = (await foreign()).length;
    const elsewhere = await siteWith({ cookie: "hg", ttl: "1h" }, { hosts, at: stranger });
    for (const cookie of ["hg=nonsense", "other=1"]) await elsewhere.get("/", { cookie });
    await stranger.advance(2 * 3_600_000);
    await elsewhere.get("/", { cookie: one.cookie });
    expect((await foreign()).length).toBe(before);
    await stranger.advance(-2 * 3_600_000);
    for (let request = 0; request < 3; request++) {
      const answer = await elsewhere.get("/", { cookie: one.cookie });
      expect([answer.status, pinIn(answer) !== undefined]).toEqual([200, true]);
    }
    const said = (await foreign()).slice(before);
    expect(said).toEqual([
      {
        message: expect.stringContaining("HEADGATE_SECRET has changed"),
        cookie: "pin",
        place: "rotated.test/web",
      },
    ]);
  });

  it("hold in another process with the same secret", async () => {
    const one = browsing(await siteWith({ cookie: "hg" }, { hosts: ["two-processes.test"] }));
    const first = (await one.get()).text;
    const other = await siteWith({ cookie: "hg" }, { hosts: ["two-processes.test"], at: twin });
    expect(await texts(4, () => other.get("/", { cookie: one.cookie }))).toBe(first.repeat(4));
  });

  it("expire, and are renewed before that as long as the client comes", async () => {
    const client = await siteWith({ cookie: "hg", ttl: "10m" });
    const one = browsing(client);
    const first = (await one.get()).text;
    const old = one.cookie;
    await edge.advance(4 * 60_000);
    expect(pinIn(await one.get())).toBeUndefined();
    await edge.advance(2 * 60_000);
    const renewed = await one.get();
    expect([renewed.text, pinIn(renewed) !== undefined]).toEqual([first, true]);
    await edge.advance(5 * 60_000);
    expect((await one.get()).text).toBe(first);
    expect(pinIn(await client.get("/", { cookie: old }))).toBeDefined(); // it has expired by now
  });

  it("survive that origins come, go and are re-ordered; the clients of one that has gone are bound anew", async () => {
    const hosts = ["changes.test"];
    let client = await siteWith({ cookie: "hg" }, { hosts, ids: "abc" });
    const clients = [browsing(client), browsing(client), browsing(client)];
    const bound = new Map<(typeof clients)[number], string>();
    for (const each of clients) bound.set(each, (await each.get()).text);
    client = await siteWith({ cookie: "hg" }, { hosts, ids: "ca" });
    await reread(client);
    for (const each of clients) {
      const answer = await each.get();
      if (bound.get(each) === "b") {
        expect(pinIn(answer)).toBeDefined();
        expect(await texts(3, () => each.get())).toBe(answer.text.repeat(3));
      } else expect([answer.text, pinIn(answer)]).toEqual([bound.get(each), undefined]);
    }
    client = await siteWith({ cookie: "hg" }, { hosts, ids: "bac" });
    await reread(client);
    for (const each of clients) {
      if (bound.get(each) !== "b") expect((await each.get()).text).toBe(bound.get(each));
    }
  });

  const fails = (origin: TestOrigin | undefined) =>
    origin?.answers((_request, response) => void response.writeHead(503).end("out"));
  const works = (origin: TestOrigin | undefined, text: string) =>
    origin?.answers((_request, response) => void response.end(text));

  it("rebind: another origin answers from now on", async () => {
    const one = browsing(await siteWith({ cookie: "hg", when: "rebind" }, { ids: "ab" }));
    const first = (await one.get()).text;
    fails(origins[first]);
    const second = await one.get();
    expect([second.status, second.text === first, pinIn(second) !== undefined]).toEqual([200, false, true]);
    works(origins[first], first);
    expect(await texts(4, () => one.get())).toBe(second.text.repeat(4));
  });

  it("wait: another origin answers until the client's own is back", async () => {
    const one = browsing(await siteWith({ cookie: "hg", when: "wait" }, { ids: "ab" }));
    const first = (await one.get()).text;
    fails(origins[first]);
    const second = await one.get();
    expect([second.status, second.text === first, pinIn(second)]).toEqual([200, false, undefined]);
    works(origins[first], first);
    expect(await texts(4, () => one.get())).toBe(first.repeat(4));
  });

  it("refuse: no other origin answers", async () => {
    const client = await siteWith({ cookie: "hg", when: "refuse" }, { ids: "ab" });
    const one = browsing(client);
    const first = (await one.get()).text;
    fails(origins[first]);
    for (let request = 0; request < 3; request++) expect((await one.get()).text).toBe("out");
    // By now the edge believes that it is out.
    const refused = await one.get();
    expect([refused.status, refused.header("retry-after")]).toEqual([503, "10"]);
    expect(refused.json().title).toBe("pinned-origin-out");
    expect((await client.get("/")).status).toBe(200); // a new client is served
  });

  // It would be lost if the trial failed, and another origin can answer it.
  it.each(["rebind", "wait"] as const)(
    "%s: a POST does not try an origin that is on probation",
    async (when) => {
      const client = await siteWith({ when }, { ids: "ab" });
      const each = browsing(client);
      const own = (await each.get()).text;
      origins[own]?.answers((request) => void request.socket.destroy());
      await client.get("/", { cookie: each.cookie });
      await edge.advance(13_000);
      const answer = await client.ask("/", { method: "POST", headers: { cookie: each.cookie }, body: "x" });
      expect([answer.status, answer.text]).toEqual([200, own === "a" ? "b" : "a"]);
      origins[own]?.answers(replies([own]));
      expect((await client.get("/", { cookie: each.cookie })).text).toBe(own); // a GET does
    },
  );

  it("do not bind to an origin that fails", async () => {
    const client = await siteWith({ cookie: "hg" }, { ids: "a" });
    fails(a);
    const answer = await client.get("/");
    expect([answer.status, pinIn(answer)]).toEqual([503, undefined]);
  });

  it("go on at an origin that is being drained, which takes no new clients", async () => {
    const hosts = ["drains.test"];
    let client = await siteWith({ cookie: "hg" }, { hosts, ids: "ab" });
    const clients = [browsing(client), browsing(client)];
    const first = await Promise.all(clients.map(async (each) => (await each.get()).text));
    client = await siteWith({ cookie: "hg" }, { hosts, ids: "ab", state: { a: "drain" } });
    await reread(client);
    for (const [at, each] of clients.entries()) expect((await each.get()).text).toBe(first[at]);
    expect(await texts(6, () => client.get("/"))).toBe("bbbbbb");
    client = await siteWith({ cookie: "hg" }, { hosts, ids: "ab", state: { a: "off" } });
    await reread(client);
    for (const each of clients) expect((await each.get()).text).toBe("b");
  });

  it("store no response with the cookie, and bind nobody by a stored one", async () => {
    const answering = (cacheControl: string) =>
      a.answers(
        (_request, response) => void response.writeHead(200, { "cache-control": cacheControl }).end("a"),
      );
    const client = await siteWith({ cookie: "hg" }, { ids: "a", cache: {} });
    answering("max-age=60");
    for (const cookie of [undefined, "hg=1", "x=1"]) {
      const stored = await client.get("/page", cookie === undefined ? {} : { cookie });
      expect([stored.cookies, stored.header("cache-control")]).toEqual([[], "max-age=60"]);
    }
    expect(a.seen.filter(({ url }) => url === "/page")).toHaveLength(1);
    answering("private");
    const own = await client.get("/own");
    expect(pinIn(own)).toBeDefined();
    expect(own.header("cache-control")).toBe("private");
  });

  it("make what they set the cookie on private to the client", async () => {
    const client = await siteWith({ cookie: "hg" }, { ids: "a" });
    const fields = [
      [{ "cache-control": "public, max-age=60, s-maxage=600" }, "max-age=60, private"],
      [{}, "private"],
      [{ "cache-control": "no-store" }, "no-store"],
      [{ "cache-control": "max-age=5", "cdn-cache-control": "max-age=60" }, "max-age=5, private"],
      [{ "cache-control": 'private="x-user", max-age=5' }, "max-age=5, private"],
    ] as const;
    for (const [told, expected] of fields) {
      a.answers((_request, response) => void response.writeHead(200, told).end("a"));
      const answer = await client.get("/");
      expect(pinIn(answer)).toBeDefined();
      expect([answer.header("cache-control"), answer.header("cdn-cache-control")]).toEqual([expected, null]);
    }
  });

  it("tell no stored response apart by the cookie", async () => {
    a.answers(
      (_request, response) =>
        void response.writeHead(200, { "cache-control": "max-age=60", vary: "cookie" }).end("a"),
    );
    const client = await siteWith({ cookie: "hg" }, { ids: "a", cache: { bypass: { cookies: ["*"] } } });
    await client.get("/");
    const again = await client.get("/", { cookie: "hg=1" });
    expect(again.header("cache-status")).toContain("hit");
  });

  it("use the prefix that protects a cookie over https, and no cookie without it", async () => {
    const client = await edge.site({
      trustedProxies: ["127.0.0.1"],
      pools: { web: { sticky: {}, origins: [{ id: "a", url: a.url }] } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    const https = { "x-forwarded-proto": "https" };
    const { cookies } = await client.get("/", https);
    expect(cookies[0]).toMatch(
      /^__Host-hg-web=1[\w-]{42}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    );
    const value = pinOf(cookies[0]);
    expect((await client.get("/", { ...https, cookie: `__Host-hg-web=${value}` })).cookies).toEqual([]);
    expect((await client.get("/", { ...https, cookie: `hg-web=${value}` })).cookies).toHaveLength(1);
    expect(a.last.headers.cookie).toBeUndefined();
  });

  it("keep a WebSocket at the client's origin, and bind a client that begins with one", async () => {
    const servers = [a, b].map((origin) => new WebSocketServer({ server: origin.server, path: "/ws" }));
    const opened: string[] = [];
    for (const [at, server] of servers.entries()) server.on("connection", () => opened.push("ab".charAt(at)));
    const hosts = ["sockets.test"];
    await siteWith({ cookie: "hg" }, { hosts, ids: "ab" });
    const open = async (cookie?: string) => {
      const headers = { host: "sockets.test", ...(cookie !== undefined && { cookie }) };
      const socket = new WebSocket(`${edge.url.replace("http", "ws")}/ws`, { headers });
      const upgraded = once(socket, "upgrade") as Promise<[IncomingMessage]>;
      await once(socket, "open");
      const [{ headers: got }] = await upgraded;
      socket.terminate();
      return got["set-cookie"];
    };
    const [pin] = (await open()) ?? [];
    expect(pin).toMatch(/^hg=1[\w-]{42};/);
    for (let again = 0; again < 4; again++) expect(await open(pin?.split(";")[0])).toBeUndefined();
    expect(new Set(opened).size).toBe(1);
    expect(opened).toHaveLength(5);
    for (const server of servers) {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  });

  it("keep nobody without a secret, serve on, and say so once", async () => {
    const client = await siteWith({ cookie: "hg" }, { at: without, ids: "ab" });
    const got = [await client.get("/"), await client.get("/"), await client.get("/", { cookie: "hg=1" })];
    expect(got.map(({ status, cookies }) => [status, cookies])).toEqual(got.map(() => [200, []]));
    const { warnings } = await without.control({});
    expect(warnings.filter(({ message }) => message.includes("HEADGATE_SECRET"))).toEqual([
      { message: "HEADGATE_SECRET is not set, so sticky sessions keep no client at its origin" },
    ]);
  });
});
