// Limits over TCP: who gets 429, what he is told, what does not get around it, and that places are given back on every ending. The
// cases are those that nginx (limit_req.t, limit_req2.t, limit_req_dry_run.t, limit_conn.t), Traffic Server (rate_limit.test.py) and
// Traefik (ratelimiter, inflightreq) test, and those that published lists of bypasses name.
import { once } from "node:events";
import net from "node:net";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { hashPassword } from "../../cli/hashing/hash-password.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

type Limits = NonNullable<SiteFile["limit"]>;

const edge = useEdge();
const origin = useOrigin(undefined, edge);
const noon = Date.UTC(2099, 10, 29, 12);
beforeEach(() => edge.stopClockAt(noon));

/** Each site has buckets of its own. Peers on loopback are proxies, so that a test can have several clients. */
const limited = (limit: Limits, rest: Partial<SiteFile> = {}, route: object = { cache: "off" }) =>
  edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [{ id: "rest", to: "web", limit, ...route }],
    ...rest,
  } as SiteFile);

const statuses = async (
  client: EdgeClient,
  count: number,
  path = "/",
  headers: Record<string, string> = {},
) => {
  const all: number[] = [];
  for (let at = 0; at < count; at++) all.push((await client.get(path, headers)).status);
  return all;
};

const TWO: Limits = { rate: 2, per: "1m" };

describe("a limit", () => {
  it("lets its rate pass and refuses the next, with what the client has to know", async () => {
    const client = await limited({ ...TWO, fields: "always" });
    const first = await client.get("/");
    expect([first.status, first.header("ratelimit-policy"), first.header("ratelimit")]).toEqual([
      200,
      '"rest";q=2;w=60',
      '"rest";r=1;t=30',
    ]);
    await client.get("/");
    const refused = await client.get("/");
    expect(refused.status).toBe(429);
    expect(refused.header("retry-after")).toBe("30");
    expect(refused.header("ratelimit")).toBe('"rest";r=0;t=30');
    expect(refused.header("cache-control")).toBe("no-store");
    expect(refused.json()).toMatchObject({ title: "too-many-requests", "violated-policies": ["rest"] });
    expect(refused.text).not.toContain("127.0.0.1");
    expect(origin.seen).toHaveLength(2);
    expect(await edge.record("/")).toMatchObject({ refusal: "too-many-requests", status: 429 });
  });

  it("tells only who is refused, unless the site wants more", async () => {
    const client = await limited({ ...TWO, rate: 1 });
    const [passed, refused] = [await client.get("/"), await client.get("/")];
    expect([passed.header("ratelimit"), passed.header("ratelimit-policy")]).toEqual([null, null]);
    expect(refused.header("ratelimit")).toBe('"rest";r=0;t=60');
  });

  it("takes nothing for what it refuses, and lets one pass as soon as it has said", async () => {
    const client = await limited(TWO);
    expect(await statuses(client, 6)).toEqual([200, 200, 429, 429, 429, 429]);
    await edge.advance(29_999);
    expect(await statuses(client, 1)).toEqual([429]);
    await edge.advance(1);
    expect(await statuses(client, 2)).toEqual([200, 429]);
  });

  it("counts clients apart, and the routes of a site together", async () => {
    const client = await edge.site({
      trustedProxies: ["127.0.0.0/8"],
      limit: { ...TWO, rate: 3 },
      routes: [
        { id: "a", match: { path: "/a" }, respond: {} },
        { id: "b", match: { path: "/b" }, redirect: { to: "/a" } },
      ],
    });
    const from = (ip: string) => ({ "x-forwarded-for": ip });
    expect(await statuses(client, 2, "/a", from("192.0.2.1"))).toEqual([200, 200]);
    expect(await statuses(client, 2, "/b", from("192.0.2.1"))).toEqual([302, 429]);
    expect(await statuses(client, 1, "/a", from("192.0.2.2"))).toEqual([200]);
    // Also where no route takes the request: probing for paths costs as much.
    expect(await statuses(client, 3, "/elsewhere", from("192.0.2.2"))).toEqual([404, 404, 429]);
  });

  it("has to be passed with all others of the route, and each tells its own", async () => {
    const client = await limited([
      { name: "minute", rate: 5, per: "1m", fields: "always" },
      { name: "hour", rate: 2, per: "1h", fields: "always" },
    ]);
    const first = await client.get("/");
    expect(first.header("ratelimit-policy")).toBe('"minute";q=5;w=60, "hour";q=2;w=3600');
    expect(first.header("ratelimit")).toBe('"minute";r=4;t=12, "hour";r=1;t=1800');
    expect(await statuses(client, 2)).toEqual([200, 429]);
    const refused = await client.get("/");
    expect(refused.header("retry-after")).toBe("1800");
    expect(refused.json()["violated-policies"]).toEqual(["hour"]);
  });

  it("of one name counts the same on several routes", async () => {
    const login: Limits = { ...TWO, name: "login" };
    const client = await edge.site({
      routes: [
        { id: "web", match: { path: "/login" }, respond: {}, limit: login },
        { id: "api", match: { path: "/api/login" }, respond: {}, limit: login },
      ],
    });
    expect(await statuses(client, 2, "/login")).toEqual([200, 200]);
    expect(await statuses(client, 1, "/api/login")).toEqual([429]);
  });

  it("that only observes refuses nobody, says nothing to clients, and tells the log", async () => {
    const client = await limited({ ...TWO, mode: "observe", fields: "always" });
    expect(await statuses(client, 2, "/seen")).toEqual([200, 200]);
    expect((await edge.record("/seen"))?.observed).toEqual([]);
    const third = await client.get("/seen");
    expect([third.status, third.header("ratelimit"), third.header("retry-after")]).toEqual([200, null, null]);
    expect(await edge.record("/seen")).toMatchObject({ refusal: null, observed: ["too-many-requests"] });
  });

  it("counts what is answered from the cache, or only what goes to an origin", async () => {
    origin.answers(
      (_request, response) => void response.writeHead(200, { "cache-control": "max-age=600" }).end("x"),
    );
    const always = await limited(TWO, {}, {});
    expect(await statuses(always, 3, "/page")).toEqual([200, 200, 429]);
    const onMiss = await limited({ ...TWO, when: "miss", fields: "always" }, {}, {});
    expect(await statuses(onMiss, 8, "/page")).toEqual(new Array(8).fill(200));
    expect(await statuses(onMiss, 2, "/other")).toEqual([200, 200]);
    const refused = await onMiss.get("/third");
    expect([refused.status, refused.header("ratelimit"), refused.header("retry-after")]).toEqual([
      429,
      '"rest";r=0;t=30',
      "30",
    ]);
    expect(await statuses(onMiss, 1, "/page")).toEqual([200]);
    const hit = await onMiss.get("/page");
    expect(hit.header("ratelimit")).toBeNull();
  });

  it("does not store what it tells a client", async () => {
    origin.answers(
      (_request, response) => void response.writeHead(200, { "cache-control": "max-age=600" }).end("x"),
    );
    const client = await limited({ rate: 5, per: "1m", fields: "always" }, {}, {});
    expect((await client.get("/page")).header("ratelimit")).toBe('"rest";r=4;t=12');
    await edge.settled();
    const hit = await client.get("/page");
    expect(hit.header("cache-status")).toContain("hit");
    expect(hit.header("ratelimit")).toBe('"rest";r=3;t=24');
  });

  it("slows down who guesses: a failed attempt costs more, or only a failed one costs", async () => {
    const check = (limit: Limits) => limited(limit);
    origin.answers(
      (request, response) => void response.writeHead(request.url === "/right" ? 200 : 401).end(),
    );
    const dearer = await check({ rate: 10, per: "10m", cost: { statuses: { 401: 4 } } });
    expect(await statuses(dearer, 3, "/wrong")).toEqual([401, 401, 429]);
    const onlyFailed = await check({ rate: 2, per: "10m", cost: { request: 0, statuses: { "4xx": 1 } } });
    expect(await statuses(onlyFailed, 9, "/right")).toEqual(new Array(9).fill(200));
    expect(await statuses(onlyFailed, 3, "/wrong")).toEqual([401, 401, 429]);
    expect(await statuses(onlyFailed, 1, "/right")).toEqual([429]);
    await edge.advance(300_000);
    expect(await statuses(onlyFailed, 1, "/right")).toEqual([200]);
  });

  it("holds when many requests come at the same time", async () => {
    const client = await limited({ rate: 5, per: "1m" });
    const clients = [client, ...Array.from({ length: 9 }, () => edge.client(client.host))];
    const all = await Promise.all(clients.flatMap((one) => [one.get("/"), one.get("/")]));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe("a limit by ip is not evaded", () => {
  it.each([
    ["X-Forwarded-For", "x-forwarded-for"],
    ["Forwarded", "forwarded"],
    ["X-Real-IP", "x-real-ip"],
    ["CF-Connecting-IP", "cf-connecting-ip"],
    ["True-Client-IP", "true-client-ip"],
    ["X-Client-IP", "x-client-ip"],
  ])("by %s from a client who is no trusted proxy", async (_what, name) => {
    const client = await limited(TWO);
    const all: number[] = [];
    for (let at = 0; at < 4; at++) {
      const value = name === "forwarded" ? `for=203.0.113.${at}` : `203.0.113.${at}`;
      all.push((await client.get("/", { [name]: value })).status);
    }
    expect(all).toEqual([200, 200, 429, 429]);
  });

  it("by other addresses of one IPv6 network, or by IPv4 written as IPv6", async () => {
    const client = await limited(TWO, { trustedProxies: ["127.0.0.0/8"] });
    const from = async (ip: string) => (await client.get("/", { "x-forwarded-for": ip })).status;
    expect(await from("2001:db8::1")).toBe(200);
    expect(await from("2001:db8::ffff:2")).toBe(200);
    expect(await from("2001:0db8:0000:0000:aaaa::1")).toBe(429);
    expect(await from("2001:db8:0:1::1")).toBe(200);
    expect(await from("192.0.2.9")).toBe(200);
    expect(await from("::ffff:192.0.2.9")).toBe(200);
    expect(await from("::ffff:c000:209")).toBe(429);
  });

  it("by another method, a range, another spelling of the path or an upgrade", async () => {
    const client = await limited(TWO);
    await statuses(client, 2);
    expect((await client.ask("/", { method: "HEAD" })).status).toBe(429);
    expect((await client.ask("/", { method: "OPTIONS" })).status).toBe(429);
    expect((await client.ask("/", { method: "POST", body: "x" })).status).toBe(429);
    expect((await client.get("/", { range: "bytes=0-1" })).status).toBe(429);
    expect((await client.get("/", { "if-none-match": "*" })).status).toBe(429);
    for (const path of ["/?a=1", "/a/..", "//", "/%2e/"]) expect((await client.get(path)).status).toBe(429);
    const upgrade =
      "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    expect((await sendRaw(edge.url, rawGet("/", client.host, upgrade))).status).toBe(429);
    expect(origin.seen).toHaveLength(2);
  });

  it("by another spelling of the host", async () => {
    const client = await limited({ ...TWO, by: ["ip", "host"] });
    await statuses(client, 2);
    for (const host of [client.host.toUpperCase(), `${client.host}.`, `${client.host}:80`])
      expect((await sendRaw(edge.url, rawGet("/", host))).status).toBe(429);
  });

  it("by a body that never comes", async () => {
    const client = await limited(TWO);
    const sent: number[] = [];
    for (let at = 0; at < 3; at++) {
      const fields = "Content-Length: 5\r\n";
      const answer = await sendRaw(
        edge.url,
        `POST / HTTP/1.1\r\nHost: ${client.host}\r\nConnection: close\r\n${fields}\r\n12345`,
      );
      sent.push(answer.status);
    }
    expect(sent).toEqual([200, 200, 429]);
  });
});

describe("a limit by what a client writes is not evaded", () => {
  it("by the case of a value, white space around it, or another spelling of the name", async () => {
    const client = await limited({ ...TWO, by: "header:x-api-key" });
    const status = async (headers: Record<string, string>) => (await client.get("/", headers)).status;
    expect(await status({ "x-api-key": "Secret" })).toBe(200);
    expect(await status({ "x-api-key": "SECRET" })).toBe(200);
    expect(await status({ "x-api-key": "  secret " })).toBe(429);
    expect(await status({ "X-Api-Key": "secret", x_api_key: "junk" })).toBe(429);
    expect(await status({ "x-api-key": "other" })).toBe(200);
  });

  it("by leaving it out: those without it are counted together", async () => {
    const client = await limited({ ...TWO, by: "header:x-api-key" });
    expect(await statuses(client, 3)).toEqual([200, 200, 429]);
  });

  it("by an encoding of a cookie, quotes, or further cookies of the name", async () => {
    const client = await limited({ ...TWO, by: "cookie:session" });
    const status = async (cookie: string) => (await client.get("/", { cookie })).status;
    expect(await status("session=abc")).toBe(200);
    expect(await status("session=%61bc")).toBe(200);
    for (const cookie of [
      'session="abc"',
      "session=junk; session=abc",
      "session=abc; session=x",
      "session=AbC",
    ])
      expect(await status(cookie)).toBe(429);
    expect(await status("session=def")).toBe(200);
  });
});

describe("a limit beside authentication", () => {
  const users = { ann: hashPassword("right"), bob: hashPassword("right") };
  const as = (name: string, password = "right") => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  });

  it("counts by who has authenticated, wherever he comes from, and not by whom a request claims to be", async () => {
    const client = await limited(
      { ...TWO, by: "subject" },
      { auth: { basic: { users } }, trustedProxies: ["127.0.0.0/8"] },
    );
    expect(await statuses(client, 2, "/", { ...as("ann"), "x-forwarded-for": "192.0.2.1" })).toEqual([
      200, 200,
    ]);
    expect(await statuses(client, 1, "/", { ...as("ann"), "x-forwarded-for": "192.0.2.2" })).toEqual([429]);
    expect(await statuses(client, 4, "/", as("bob", "wrong"))).toEqual([401, 401, 401, 401]);
    expect(await statuses(client, 2, "/", as("bob"))).toEqual([200, 200]);
  });

  it("holds up who guesses passwords, before the edge computes another hash", async () => {
    const client = await limited(
      { rate: 3, per: "10m", cost: { request: 0, statuses: { 401: 1 } } },
      { auth: { basic: { users } } },
    );
    expect(await statuses(client, 5, "/", as("ann", "guess"))).toEqual([401, 401, 401, 429, 429]);
    expect(await statuses(client, 1, "/", as("ann"))).toEqual([429]);
    expect(origin.seen).toEqual([]);
    await edge.advance(200_000);
    expect(await statuses(client, 3, "/", as("ann"))).toEqual([200, 200, 200]);
  });
});

describe("the requests under way of a client", () => {
  const ONE: Limits = { maxInFlight: 1 };
  let sockets: WebSocketServer;
  beforeAll(() => {
    sockets = new WebSocketServer({ server: origin.server, path: "/ws" });
    return () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    };
  });

  /** Whether the client may have another one, asked until it may: an ending takes a moment to arrive. */
  async function isFree(client: EdgeClient): Promise<boolean> {
    for (let look = 0; look < 500; look++) if ((await client.get("/quick")).status === 200) return true;
    return false;
  }

  /** An origin that holds /slow until the gate opens. */
  function aSlowOrigin() {
    const [arrived, goOn] = [aGate(), aGate()];
    origin.answers(async (request, response) => {
      if (request.url !== "/slow") return void response.end("quick");
      response.writeHead(200, { "content-length": "10" }).write("begin");
      arrived.open();
      await goOn.opened;
      response.end("ended");
    });
    return { arrived, goOn };
  }

  it("are as many as it may have: a further one gets 429 at once, and one after the end passes", async () => {
    const client = await limited(ONE);
    const other = edge.client(client.host);
    const { arrived, goOn } = aSlowOrigin();
    const slow = client.get("/slow");
    await arrived.opened;
    const refused = await other.get("/quick");
    expect([refused.status, refused.header("retry-after"), refused.header("ratelimit-policy")]).toEqual([
      429,
      "1",
      '"rest-in-flight";q=1;qu="concurrent-requests"',
    ]);
    goOn.open();
    expect((await slow).text).toBe("beginended");
    expect(await isFree(other)).toBe(true);
  });

  it("are those of each client", async () => {
    const client = await limited(ONE, { trustedProxies: ["127.0.0.0/8"] });
    const other = edge.client(client.host);
    const { arrived, goOn } = aSlowOrigin();
    const slow = client.get("/slow", { "x-forwarded-for": "192.0.2.1" });
    await arrived.opened;
    expect((await other.get("/quick", { "x-forwarded-for": "192.0.2.1" })).status).toBe(429);
    expect((await other.get("/quick", { "x-forwarded-for": "192.0.2.2" })).status).toBe(200);
    goOn.open();
    await slow;
  });

  it("end when the client hangs up during the body", async () => {
    const client = await limited(ONE);
    origin.answers((request, response) => {
      if (request.url !== "/drops") return void response.end("quick");
      response.writeHead(200);
      const drops = setInterval(() => response.write("drop"), 10);
      request.socket.on("close", () => clearInterval(drops));
    });
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(`GET /drops HTTP/1.1\r\nHost: ${client.host}\r\n\r\n`);
    await once(socket, "data");
    expect((await client.get("/quick")).status).toBe(429);
    socket.destroy();
    expect(await isFree(client)).toBe(true);
  });

  it("end at the idle time-out when the client has left and the origin says nothing more", async () => {
    const client = await limited(ONE, { defaults: { timeout: { idle: "50ms" } } });
    origin.answers((request, response) => {
      if (request.url !== "/silent") return void response.end("quick");
      response.writeHead(200).write("begin");
    });
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(`GET /silent HTTP/1.1\r\nHost: ${client.host}\r\n\r\n`);
    await once(socket, "data");
    socket.destroy();
    expect(await isFree(client)).toBe(true);
  });

  it("end when the client hangs up before the answer", async () => {
    const client = await limited(ONE);
    const [arrived, goOn] = [aGate(), aGate()];
    origin.answers(async (request, response) => {
      if (request.url !== "/slow") return void response.end("quick");
      arrived.open();
      await goOn.opened;
      response.end("nobody reads this");
    });
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(`GET /slow HTTP/1.1\r\nHost: ${client.host}\r\n\r\n`);
    await arrived.opened;
    expect((await client.get("/quick")).status).toBe(429);
    socket.destroy();
    goOn.open();
    expect(await isFree(client)).toBe(true);
  });

  it("end when the origin breaks off, cannot be reached, or answers without a body", async () => {
    const client = await limited(ONE);
    origin.answers((request, response) => {
      if (request.url === "/reset") return void request.socket.resetAndDestroy();
      if (request.url === "/empty") return void response.writeHead(204).end();
      if (request.url === "/cut")
        return void response
          .writeHead(200, { "content-length": "1000" })
          .write("half", () => response.destroy());
      response.end("quick");
    });
    expect((await client.get("/reset")).status).toBe(502);
    expect(await isFree(client)).toBe(true);
    expect((await client.get("/empty")).status).toBe(204);
    expect(await isFree(client)).toBe(true);
    await expect(client.get("/cut")).rejects.toThrow();
    expect(await isFree(client)).toBe(true);
  });

  it("end at once where the edge answers, from memory too", async () => {
    const client = await edge.site({
      limit: ONE,
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "own", match: { path: "/own" }, respond: { body: "x" } },
        { id: "moved", match: { path: "/moved" }, redirect: { to: "/own" } },
        { id: "rest", to: "web", cache: { ttl: "1h" } },
      ],
    });
    for (const path of ["/own", "/moved", "/page", "/own", "/page", "/page"]) {
      const { status } = await client.get(path);
      expect(status).not.toBe(429);
      await edge.settled();
    }
  });

  it("end when a WebSocket closes, from either side", async () => {
    const client = await limited(ONE);
    const open = async () => {
      const accepted = once(sockets, "connection") as Promise<[WebSocket]>;
      const here = new WebSocket(`${edge.url.replace("http", "ws")}/ws`, { headers: { host: client.host } });
      await once(here, "open");
      return { here, there: (await accepted)[0] };
    };
    const first = await open();
    expect((await client.get("/quick")).status).toBe(429);
    first.here.close();
    expect(await isFree(client)).toBe(true);
    const second = await open();
    expect((await client.get("/quick")).status).toBe(429);
    second.there.terminate();
    expect(await isFree(client)).toBe(true);
  });

  it("cost nothing of the rate if they are refused, and give their place back if the rate refuses", async () => {
    const client = await limited({ ...TWO, maxInFlight: 1 });
    const other = edge.client(client.host);
    const { arrived, goOn } = aSlowOrigin();
    const slow = client.get("/slow");
    await arrived.opened;
    expect(await statuses(other, 4, "/quick")).toEqual([429, 429, 429, 429]);
    goOn.open();
    await slow;
    expect(await isFree(other)).toBe(true);
    const refused = await other.get("/quick");
    expect([refused.status, refused.header("ratelimit")]).toEqual([429, '"rest";r=0;t=30']);
    await edge.advance(30_000);
    expect((await other.get("/quick")).status).toBe(200);
  });
});

describe("a limiter that fails", () => {
  it("lets pass by default, and the log is told", async () => {
    const client = await limited({ ...TWO, strength: "exact" });
    expect(await statuses(client, 4)).toEqual([200, 200, 200, 200]);
    const { warnings } = await edge.control({});
    expect(warnings.findLast(({ message }) => message === "a limit cannot be counted")).toMatchObject({
      error: expect.stringContaining("bind the class Limits"),
    });
  });

  it("refuses where the site says so, and asks to come again", async () => {
    const client = await limited({ ...TWO, strength: "exact", onFailure: "refuse" });
    const refused = await client.get("/");
    expect([refused.status, refused.json().title, refused.header("retry-after")]).toEqual([
      503,
      "limiter-unavailable",
      "10",
    ]);
    expect(origin.seen).toEqual([]);
  });
});

it("no exception was left uncaught", () => {
  expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
});
