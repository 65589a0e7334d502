// A purge, from the moment that an isolate knows of it: what is stored, in every form, and what is on its way.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { applyCommand, newKeeperState, snapshotOfState } from "../../worker/keeping/keeper-state.ts";
import type { PurgeMode, PurgeTarget } from "../../worker/keeping/purge-target.ts";
import type { Answer, EdgeClient } from "../support/client.ts";
import { Edge } from "../support/edge.ts";
import { aFile, serves } from "../support/file-server.ts";
import { aGate } from "../support/gate.ts";
import { KeeperServer } from "../support/keeper-server.ts";
import { useOrigin } from "../support/origin.ts";

const SLICE = 65_536;
const edge = new Edge();
const origin = useOrigin(undefined, edge);
let keeper: KeeperServer;
let state = newKeeperState(Date.now() - 1_000);
let sites = 0;
let host = "";

beforeAll(async () => {
  keeper = await KeeperServer.start();
  keeper.snapshot = snapshotOfState(state);
  await edge.start({}, keeper.address);
  await edge.stopClockAt(Date.now());
});
afterAll(async () => {
  await edge.stop();
  await keeper.stop();
});
beforeEach(() => {
  keeper.trouble = undefined;
});

type Route = SiteFile["routes"][number];

/** Of which the isolate knows the snapshot already, if there is one. */
async function aSite(route: Partial<Route> = {}, hosts: string[] = []): Promise<EdgeClient> {
  host = `purge-${++sites}.test`;
  const client = await edge.site({
    hosts: [host, ...hosts],
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: "own" } },
      { id: "all", to: "web", ...route } as Route,
    ],
  });
  await client.get("/own");
  await edge.settled();
  return client;
}

/** The keeper takes the purge, and the isolate learns of it with the next request. */
async function purge(
  client: EdgeClient,
  what: PurgeTarget,
  { mode = "hard", overMs = 0 }: { mode?: PurgeMode; overMs?: number } = {},
): Promise<void> {
  const applied = applyCommand(state, { kind: "purge", what, mode, overMs }, edge.now);
  if (!applied.ok) throw new Error(applied.error.reason);
  state = applied.value.state;
  keeper.snapshot = snapshotOfState(state);
  const before = keeper.asked;
  await edge.advance(4_000);
  await client.get("/own");
  // It has read the snapshot when it reports the revision.
  await expect.poll(() => keeper.asked, { timeout: 5_000 }).toBeGreaterThanOrEqual(before + 2);
}

/** Pages are numbered as they are sent. */
function numbered(headers: Record<string, string> = {}): void {
  let page = 0;
  origin.answers((request, response) => {
    const fields: Record<string, string> = { "cache-control": "max-age=600", vary: "x-lang", ...headers };
    const { etag } = fields;
    if (etag && request.headers["if-none-match"] === etag) return void response.writeHead(304, fields).end();
    response.writeHead(200, fields).end(`page ${++page}`);
  });
}

async function get(
  client: EdgeClient,
  path = "/page",
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await client.get(path, headers);
  await edge.settled();
  return answer;
}
const text = async (...asking: Parameters<typeof get>) => (await get(...asking)).text;
const status = (answer: Answer) => answer.header("cache-status");

describe("a purge", () => {
  const ways: [what: string, target: () => PurgeTarget][] = [
    ["by URL", () => ({ by: "url", key: `${host}/news/1?a=b` })],
    ["by prefix", () => ({ by: "prefix", host, path: "/news" })],
    ["by tag", () => ({ by: "tag", tag: "hot" })],
    ["by tag on a host", () => ({ by: "tag", tag: "hot", host })],
  ];
  it.each(ways)("%s covers all variants, plain http too, and leaves the rest", async (_what, target) => {
    const client = await aSite();
    let page = 0;
    origin.answers(({ url = "" }, response) => {
      const tags = url.startsWith("/news/") ? { "cache-tag": "hot, all" } : { "cache-tag": "all" };
      const fields = { "cache-control": "max-age=600", vary: "x-lang", ...tags };
      response.writeHead(200, fields).end(`page ${++page}`);
    });
    const all = async () => [
      await text(client, "/news/1?a=b"),
      await text(client, "/news/1?a=b", { "x-lang": "de" }),
      await text(client, "/newspaper"),
    ];
    expect(await all()).toEqual(["page 1", "page 2", "page 3"]);
    await purge(client, target());
    expect(await all()).toEqual(["page 4", "page 5", "page 3"]);
    expect(await all()).toEqual(["page 4", "page 5", "page 3"]);
  });

  it.each([
    ["of a host", () => ({ by: "host", host }) as const],
    ["of everything", () => ({ by: "all" }) as const],
  ])("%s leaves no response", async (_what, target) => {
    const client = await aSite();
    numbered();
    await text(client, "/a");
    await text(client, "/b");
    await purge(client, target());
    expect(await text(client, "/a")).toBe("page 3");
    expect(await text(client, "/b")).toBe("page 4");
  });

  it("of one host leaves the others of the site", async () => {
    const client = await aSite({}, [`other-of-${sites + 1}.test`]);
    const other = edge.client(`other-of-${sites}.test`);
    numbered();
    await text(client);
    await text(other);
    await purge(client, { by: "host", host });
    expect(await text(client)).toBe("page 3");
    expect(await text(other)).toBe("page 2");
  });

  it("of a host covers what it shares with other hosts, for its own clients", async () => {
    const client = await aSite({ cache: { key: { host: false } } }, [`shares-${sites + 1}.test`]);
    const other = edge.client(`shares-${sites}.test`);
    numbered();
    await text(client);
    await purge(other, { by: "host", host: `shares-${sites}.test` });
    expect(await text(other)).toBe("page 2");
  });

  it("is told: hard, as if nothing had been stored; soft, as if it were stale", async () => {
    const client = await aSite();
    numbered({ etag: '"1"' });
    await get(client);
    await purge(client, { by: "all" });
    expect(status(await get(client))).toBe("headgate; fwd=vary-miss; fwd-status=200; stored; detail=purged");
    await purge(client, { by: "all" }, { mode: "soft" });
    expect(status(await get(client))).toBe("headgate; fwd=stale; fwd-status=304; stored; detail=purged");
    expect(status(await get(client))).toMatch(/^headgate; hit; ttl=/);
    expect(await text(client)).toBe("page 2");
  });

  it("leaves nothing that only-if-cached could get", async () => {
    const client = await aSite();
    numbered();
    await get(client);
    await purge(client, { by: "all" }, { mode: "soft" });
    expect((await get(client, "/page", { "cache-control": "only-if-cached" })).status).toBe(504);
  });

  it("covers the answers to QUERY", async () => {
    const client = await aSite();
    numbered();
    const query = async () => {
      const answer = await client.ask("/page", {
        method: "QUERY",
        body: "q",
        headers: { "content-type": "a/b" },
      });
      await edge.settled();
      return answer.text;
    };
    expect([await query(), await query()]).toEqual(["page 1", "page 1"]);
    await purge(client, { by: "url", key: `${host}/page` });
    expect([await query(), await query()]).toEqual(["page 2", "page 2"]);
  });

  it("covers slices, even if the origin has not changed its entity tag", async () => {
    const client = await aSite({ cache: { slice: "64KiB" } });
    const headers = { etag: '"same"', "cache-control": "max-age=600" };
    const [before, after] = [aFile(3 * SLICE), aFile(3 * SLICE, 7)];
    origin.answers(serves({ file: before, headers }));
    const whole = async () => Buffer.from((await get(client, "/file")).bytes);
    expect((await whole()).equals(before)).toBe(true);
    origin.answers(serves({ file: after, headers }));
    expect((await whole()).equals(before)).toBe(true);
    await purge(client, { by: "url", key: `${host}/file` });
    expect((await whole()).equals(after)).toBe(true);
  });
});

// Only the slices whose own responses had the tag were purged, so the others were mixed with new ones.
it("a purge of a tag covers all slices of a file, also where the origin told it with the first only", async () => {
  const client = await aSite({ cache: { slice: "64KiB" } });
  const headers = { etag: '"same"', "cache-control": "max-age=600" };
  const [before, after] = [aFile(3 * SLICE), aFile(3 * SLICE, 7)];
  const telling = (file: Buffer) =>
    origin.answers((request, response, body) => {
      const tags = request.headers["if-range"] ? {} : { "cache-tag": "film" };
      serves({ file, headers: { ...headers, ...tags } })(request, response, body);
    });
  const whole = async () => Buffer.from((await get(client, "/file")).bytes);
  telling(before);
  expect((await whole()).equals(before)).toBe(true);
  telling(after);
  expect((await whole()).equals(before)).toBe(true);
  await purge(client, { by: "tag", tag: "film" });
  expect((await whole()).equals(after)).toBe(true);
});

describe("if the origin fails after a purge", () => {
  const fails = () => origin.answers((_request, response) => void response.writeHead(503).end("it fails"));

  it("a hard one leaves nothing to serve in its place", async () => {
    const client = await aSite({ cache: { staleIfError: "1h" } });
    numbered();
    await get(client);
    await purge(client, { by: "all" });
    fails();
    expect((await get(client)).status).toBe(503);
  });

  it("a soft one leaves the stored response in its place", async () => {
    const client = await aSite({ cache: { staleIfError: "1h" } });
    numbered();
    await get(client);
    await purge(client, { by: "all" }, { mode: "soft" });
    fails();
    const answer = await get(client);
    expect(answer.text).toBe("page 1");
    expect(status(answer)).toBe("headgate; fwd=stale; fwd-status=503; detail=stale-if-error");
  });

  it("a soft one allows nothing that was not allowed before", async () => {
    const client = await aSite();
    numbered({ "cache-control": "max-age=600, must-revalidate" });
    await get(client);
    await purge(client, { by: "all" }, { mode: "soft" });
    fails();
    expect((await get(client)).status).toBe(503);
  });

  it("a hard one that becomes known while the origin is asked counts", async () => {
    const client = await aSite({ cache: { staleIfError: "1h" } });
    numbered({ "cache-control": "max-age=1" });
    await get(client);
    await edge.advance(2_000);
    const [asked, failing] = [aGate(), aGate()];
    origin.answers(async (_request, response) => {
      asked.open();
      await failing.opened;
      response.writeHead(503).end("it fails");
    });
    const waiting = client.get("/page");
    await asked.opened;
    await purge(edge.client(host), { by: "all" });
    failing.open();
    expect((await waiting).status).toBe(503);
  });
});

describe("after a soft purge", () => {
  it("the origin is asked first, even within stale-while-revalidate", async () => {
    const client = await aSite({ cache: { staleWhileRevalidate: "1h" } });
    numbered();
    await get(client);
    await purge(client, { by: "all" }, { mode: "soft" });
    expect(await text(client)).toBe("page 2");
  });
});

describe("what is on its way when a purge becomes known", () => {
  let asked: ReturnType<typeof aGate>;
  let answered: ReturnType<typeof aGate>;

  /** The first request is held; each gets a page of its own. */
  function holdsFirst(headers: Record<string, string> = {}): void {
    asked = aGate();
    answered = aGate();
    let page = 0;
    origin.answers(async (_request, response) => {
      const own = ++page;
      if (own === 1) {
        asked.open();
        await answered.opened;
      }
      response.writeHead(200, { "cache-control": "max-age=600", ...headers }).end(`page ${own}`);
    });
  }

  it("is not used later", async () => {
    const client = await aSite();
    holdsFirst();
    const first = client.get("/page");
    await asked.opened;
    await purge(edge.client(host), { by: "url", key: `${host}/page` });
    answered.open();
    expect((await first).text).toBe("page 1");
    expect(await text(client)).toBe("page 2");
    expect(await text(client)).toBe("page 2");
  });

  it("is not waited for by a request that comes after", async () => {
    const client = await aSite();
    holdsFirst();
    const first = client.get("/page");
    await asked.opened;
    const other = edge.client(host);
    await purge(other, { by: "prefix", host, path: "/" });
    const before = performance.now();
    expect((await other.get("/page")).text).toBe("page 2"); // while the first is still held
    expect(performance.now() - before).toBeLessThan(4_000); // a leader that is late is not waited for after five seconds
    answered.open();
    await first;
  });

  it("makes one of the requests that wait ask the origin, and not all of them", async () => {
    const client = await aSite();
    holdsFirst({ "cache-tag": "all-wait" });
    const first = client.get("/page");
    await asked.opened;
    const waiting = [1, 2, 3].map(() => edge.client(host).get("/page"));
    await edge.until("they wait", ({ inFlight }) => inFlight === 4);
    await purge(edge.client(host), { by: "tag", tag: "all-wait" });
    answered.open();
    const texts = (await Promise.all(waiting)).map((answer) => answer.text);
    expect(texts).toEqual(["page 2", "page 2", "page 2"]);
    await first;
  });

  it("is not given to the clients of a host that is purged, if hosts share it", async () => {
    const client = await aSite({ cache: { key: { host: false } } }, [`waits-${sites + 1}.test`]);
    holdsFirst();
    const first = client.get("/page");
    await asked.opened;
    const other = `waits-${sites}.test`;
    const waiting = edge.client(other).get("/page");
    await edge.until("it waits", ({ inFlight }) => inFlight === 2);
    await purge(edge.client(other), { by: "host", host: other });
    answered.open();
    expect((await waiting).text).toBe("page 2");
    expect((await first).text).toBe("page 1");
  });

  it("is not confirmed by a 304 that was asked for before a hard purge", async () => {
    const client = await aSite();
    numbered({ "cache-control": "max-age=1", etag: '"same"' });
    await get(client);
    await edge.advance(2_000);
    asked = aGate();
    answered = aGate();
    origin.answers(async (request, response) => {
      const fields = { "cache-control": "max-age=600", etag: '"same"', vary: "x-lang" };
      if (request.headers["if-none-match"] === undefined)
        return void response.writeHead(200, fields).end("new");
      asked.open();
      await answered.opened;
      response.writeHead(304, fields).end();
    });
    const waiting = client.get("/page");
    await asked.opened;
    await purge(edge.client(host), { by: "url", key: `${host}/page` });
    answered.open();
    expect((await waiting).text).toBe("new");
    await edge.settled();
    expect(await text(client)).toBe("new");
  });

  it.each(["before", "after"])("is not given to a request that began to wait %s, by tag", async (when) => {
    const client = await aSite();
    holdsFirst({ "cache-tag": `waits-${when}` });
    const first = client.get("/page");
    await asked.opened;
    const waiting = edge.client(host);
    const wait = async () => {
      const answer = waiting.get("/page");
      await edge.until("it waits", ({ inFlight }) => inFlight === 2);
      return { answer };
    };
    const early = when === "before" ? await wait() : undefined;
    await purge(edge.client(host), { by: "tag", tag: `waits-${when}` });
    const { answer } = early ?? (await wait());
    answered.open();
    expect((await answer).text).toBe("page 2");
    await first;
    expect(await text(client)).toBe("page 2");
  });
});

describe("a spread", () => {
  it("expires each response at a point of its own", async () => {
    const client = await aSite();
    numbered();
    const paths = Array.from({ length: 40 }, (_, index) => `/p/${index}`);
    for (const path of paths) await client.get(path);
    await edge.settled();
    await purge(client, { by: "host", host }, { overMs: 60_000 });
    const expired = async () => {
      const before = origin.seen.length;
      for (const path of paths) await client.get(path);
      await edge.settled();
      return origin.seen.length - before;
    };
    const early = await expired();
    await edge.advance(30_000);
    const middle = await expired();
    await edge.advance(30_000);
    const late = await expired();
    expect(early).toBeLessThan(15);
    expect(middle).toBeGreaterThan(5);
    expect(late).toBeGreaterThan(5);
    expect(early + middle + late).toBe(40);
    expect(await expired()).toBe(0);
  });

  // A 304 within the time gave the response the newest revision, and it was never purged.
  it("that is hard is not escaped by a response that the origin confirms within the time", async () => {
    const client = await aSite();
    const paths = Array.from({ length: 20 }, (_, index) => `/p/${index}`);
    const content = async () => {
      const texts: string[] = [];
      for (const path of paths) texts.push(await text(client, path));
      return texts;
    };
    numbered({ etag: '"same"', "cache-control": "max-age=10" });
    const old = await content();
    await purge(client, { by: "host", host }, { overMs: 60_000 });
    await edge.advance(11_000);
    const before = origin.seen.length;
    const early = await content();
    const kept = early.filter((page, at) => page === old[at]).length;
    expect(kept).toBeGreaterThan(5);
    expect(origin.seen.length - before).toBeGreaterThanOrEqual(kept); // they were confirmed
    await edge.advance(60_000);
    const late = await content();
    expect(late.filter((page, at) => page === old[at])).toEqual([]);
  });
});

describe("an isolate that cannot ask its keeper", () => {
  it("uses what is stored only after the origin has confirmed it", async () => {
    keeper.trouble = "broken";
    const client = await aSite({ cache: { staleIfError: "1h" } });
    numbered({ etag: '"1"' });
    await get(client);
    const answer = await get(client);
    expect(answer.text).toBe("page 1");
    expect(status(answer)).toBe("headgate; fwd=stale; fwd-status=304; stored; detail=purges-unknown");
    origin.answers((_request, response) => void response.writeHead(503).end("it fails"));
    expect((await get(client)).status).toBe(503);
  });

  it("keeps to what it knew before", async () => {
    const client = await aSite();
    numbered();
    await get(client);
    keeper.trouble = "broken";
    await edge.advance(4_000);
    expect(await text(client)).toBe("page 1");
    expect(status(await get(client))).toMatch(/^headgate; hit/);
  });
});

describe("tags", () => {
  it.each([
    ["are not for clients", {}, null],
    ["are passed on if the route says so", { keepTags: true }, "one"],
  ])("%s", async (_what, cache, told) => {
    const client = await aSite({ cache });
    numbered({ "cache-tag": "one", "surrogate-key": "one", "cache-groups": '"one"' });
    for (const answer of [await get(client), await get(client)]) {
      expect(answer.header("cache-tag")).toBe(told);
      expect(answer.header("surrogate-key")).toBe(told);
      expect(answer.header("cache-groups")).toBe('"one"');
    }
    await purge(client, { by: "tag", tag: "one" });
    expect(await text(client)).toBe("page 2");
  });

  it("are not for clients either if nothing is stored", async () => {
    const off = await aSite({ cache: "off" });
    numbered({ "cache-tag": "one" });
    expect((await get(off)).header("cache-tag")).toBeNull();
    const client = await aSite();
    numbered({ "cache-tag": "one", "cache-control": "private" });
    expect((await get(client)).header("cache-tag")).toBeNull();
  });

  it("stay with the response when a 304 does not repeat them", async () => {
    const client = await aSite();
    let page = 0;
    origin.answers((request, response) => {
      const fields = { etag: '"1"', "cache-control": "max-age=10" };
      if (request.headers["if-none-match"]) return void response.writeHead(304, fields).end();
      response.writeHead(200, { ...fields, "cache-tag": "stays" }).end(`page ${++page}`);
    });
    await get(client);
    await edge.advance(11_000);
    expect(status(await get(client))).toContain("fwd-status=304");
    await purge(client, { by: "tag", tag: "stays" });
    expect(await text(client)).toBe("page 2");
  });
});

// The rest came without the tag, and a purge of the tag missed the whole.
it("tags of a stored beginning stay with the whole that is made of it", async () => {
  const client = await aSite();
  const file = "0123456789";
  let isOld = true;
  origin.answers((request, response) => {
    const fields = { etag: '"1"', "cache-control": "max-age=600", "accept-ranges": "bytes" };
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(String(request.headers.range ?? "")) ?? [];
    const body = isOld ? file : file.toUpperCase();
    if (from === undefined) return void response.writeHead(200, fields).end(isOld ? body : "new");
    const last = to ? Number(to) : body.length - 1;
    const tags = from === "0" ? { "cache-tag": "stays" } : {};
    const range = { "content-range": `bytes ${from}-${last}/${body.length}` };
    response.writeHead(206, { ...fields, ...tags, ...range }).end(body.slice(Number(from), last + 1));
  });
  await get(client, "/page", { range: "bytes=0-3" });
  expect(await text(client)).toBe(file);
  isOld = false;
  expect(await text(client)).toBe(file);
  await purge(client, { by: "tag", tag: "stays" });
  expect(await text(client)).toBe("new");
});

describe("Cache-Group-Invalidation (RFC 9875 §3)", () => {
  function answersGroups(groups: string, method = "POST", answer = 204): void {
    let page = 0;
    origin.answers((request, response) => {
      if (request.method === method && request.url === "/change") {
        return void response.writeHead(answer, { "cache-group-invalidation": groups }).end();
      }
      const group = `"${(request.url ?? "").slice(1, 2)}"`;
      response
        .writeHead(200, { "cache-control": "max-age=600", "cache-groups": group })
        .end(`page ${++page}`);
    });
  }
  const pages = async (client: EdgeClient) => [
    await text(client, "/a"),
    await text(client, "/b"),
    await text(client, "/c"),
  ];
  const change = async (client: EdgeClient, method = "POST") => {
    await client.ask("/change", { method });
    await edge.settled();
    await edge.advance(1);
  };

  it("invalidates the groups at once in this isolate", async () => {
    const client = await aSite();
    answersGroups('"a", "c", 7, token, ""');
    expect(await pages(client)).toEqual(["page 1", "page 2", "page 3"]);
    await change(client);
    expect(await pages(client)).toEqual(["page 4", "page 2", "page 5"]);
    expect(await pages(client)).toEqual(["page 4", "page 2", "page 5"]);
  });

  it.each([
    ["a safe method", '"a"', "GET", 200],
    ["an error", '"a"', "POST", 500],
    ["a list that cannot be parsed", '"a', "POST", 204],
    ["another case", '"A"', "POST", 204],
  ])("does nothing in the answer to %s", async (_what, groups, method, answer) => {
    const client = await aSite();
    answersGroups(groups, method, answer);
    const before = await pages(client);
    await change(client, method);
    expect(await pages(client)).toEqual(before);
  });

  // The isolate compared with its own purges only if it knew those of the keeper.
  it("invalidates the groups in this isolate while it is unknown what else is purged", async () => {
    keeper.trouble = "broken";
    const client = await aSite();
    let page = 0;
    origin.answers((request, response) => {
      if (request.method === "POST")
        return void response.writeHead(204, { "cache-group-invalidation": '"a"' }).end();
      const fields = { etag: '"same"', "cache-control": "max-age=600", "cache-groups": '"a"' };
      if (request.headers["if-none-match"]) return void response.writeHead(304, fields).end();
      response.writeHead(200, fields).end(`page ${++page}`);
    });
    expect([await text(client, "/a"), await text(client, "/a")]).toEqual(["page 1", "page 1"]);
    await change(client);
    expect(await text(client, "/a")).toBe("page 2");
  });

  it("leaves other hosts", async () => {
    const client = await aSite({}, [`groups-${sites + 1}.test`]);
    const other = edge.client(`groups-${sites}.test`);
    answersGroups('"a"');
    await text(client, "/a");
    await text(other, "/a");
    await change(client);
    expect(await text(client, "/a")).toBe("page 3");
    expect(await text(other, "/a")).toBe("page 2");
  });
});
