import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { replies, type TestOrigin, useOrigin } from "../support/origin.ts";

type PoolFile = NonNullable<SiteFile["pools"]>[string];
type RouteFile = SiteFile["routes"][number];

describe("the algorithms of a pool over the live edge", () => {
  const edge = useEdge();
  const a = useOrigin(replies(["a"]));
  const b = useOrigin(replies(["b"]));
  const c = useOrigin(replies(["c"]));

  const originsOf = (ids: string) =>
    [...ids].map((id) => ({ id, url: { a, b, c }[id]?.url ?? "", weight: 1 }));

  const siteWith = (pool: Omit<PoolFile, "origins">, { ids = "abc", route = {}, hosts }: Site = {}) =>
    edge.site({
      ...(hosts && { hosts }),
      pools: { web: { ...pool, origins: originsOf(ids) } },
      routes: [{ id: "rest", to: "web", cache: "off", ...route } as RouteFile],
    });

  interface Site {
    readonly ids?: string;
    readonly route?: Partial<RouteFile>;
    readonly hosts?: string[];
  }

  async function answers(client: EdgeClient, paths: readonly string[], headers = {}): Promise<string[]> {
    const texts: string[] = [];
    for (const path of paths) texts.push((await client.get(path, headers)).text);
    return texts;
  }

  const times = (count: number, path = "/") => Array.from({ length: count }, () => path);
  const paths = (count: number) => Array.from({ length: count }, (_, at) => `/page-${at}`);

  it("take turns with round-robin", async () => {
    const got = await answers(await siteWith({ balance: "round-robin" }), times(12));
    expect(got.slice(0, 3).sort()).toEqual(["a", "b", "c"]);
    // The first turn is drawn, so the order of the first round is not that of the others.
    expect(got.slice(3, 6).sort()).toEqual(["a", "b", "c"]);
    expect(got.slice(6)).toEqual(got.slice(3, 9));
  });

  it("send a URL to one origin with hash by uri, and all URLs to all of them", async () => {
    const client = await siteWith({ balance: "hash", hash: { by: "uri" } });
    const first = await answers(client, paths(60));
    expect(await answers(client, paths(60))).toEqual(first);
    expect([...new Set(first)].sort()).toEqual(["a", "b", "c"]);
  });

  // haproxy, reg-tests/balance/balance-uri.vtc and balance-uri-path-only.vtc: what counts is what the backend gets.
  it("hash the URL that the origin sees", async () => {
    const hash = { balance: "hash", hash: { by: "uri" } } as const;
    const route = { rewrite: { stripPrefix: "/v1", query: { remove: ["utm_*"] } } };
    const client = await siteWith(hash, { route });
    const plain = await answers(client, paths(20));
    const marked = paths(20).map((path) => `/v1${path}?utm_source=${path.length}`);
    expect(await answers(client, marked)).toEqual(plain);
  });

  it("hash by a header, and go by weight for a request without it", async () => {
    const client = await siteWith({ balance: "hash", hash: { by: "header:x-tenant" } });
    const one = new Set(await answers(client, paths(20), { "x-tenant": "one" }));
    expect(one.size).toBe(1);
    const without = new Set(await answers(client, times(60)));
    expect([...without].sort()).toEqual(["a", "b", "c"]);
  });

  it("leave the keys of the other origins where they are when one leaves the site file", async () => {
    const hash = { balance: "hash", hash: { by: "uri" } } as const;
    const hosts = ["shrinks.test"];
    const before = await answers(await siteWith(hash, { hosts }), paths(60));
    const client = await siteWith(hash, { hosts, ids: "ca" });
    await edge.advance(11_000); // the site is read again in the background …
    await client.get("/");
    await edge.settled();
    const after = await answers(client, paths(60)); // … and is the new one from here on
    expect(after).not.toContain("b");
    before.forEach((id, at) => {
      if (id !== "b") expect(after[at]).toBe(id);
    });
  });

  it("ask the next best origin for the key when the best one fails", async () => {
    const client = await siteWith({
      balance: "hash",
      hash: { by: "uri" },
      retry: { attempts: 3, on: [503] },
    });
    const path = "/some-page";
    const { text: best } = await client.get(path);
    const origin = { a, b, c }[best];
    origin?.answers((_request, response) => void response.writeHead(503).end());
    const second = await answers(client, times(4, path));
    expect(new Set(second).size).toBe(1);
    expect(second[0]).not.toBe(best);
  });

  /** Holds every answer of an origin back until it is let go. */
  function holding(origin: TestOrigin, text: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    origin.answers((_request, response) => void promise.then(() => response.end(text)));
    return resolve;
  }

  const askedInAll = () => a.seen.length + b.seen.length + c.seen.length;

  /** Requests on connections of their own, each begun when an origin has the one before, until `isEnough`. */
  async function beginUntil(
    isEnough: () => boolean,
    host: string,
    path = "/",
  ): Promise<readonly Promise<string>[]> {
    const begun: Promise<string>[] = [];
    for (let request = 0; !isEnough() && request < 60; request++) {
      const before = askedInAll();
      const answer = edge.client(host).get(path);
      begun.push(answer.then(({ text }) => text));
      await edge.until("an origin is asked", () => askedInAll() > before);
    }
    return begun;
  }

  // envoy, LeastRequestLoadBalancerTest; haproxy, balance leastconn; caddy, least_conn.
  it("avoid an origin with a request under way with least-requests, until it has answered", async () => {
    const client = await siteWith({ balance: "least-requests" }, { ids: "ab", hosts: ["least.test"] });
    const letGo = holding(a, "a");
    const begun = await beginUntil(() => a.seen.length > 0, "least.test");
    expect(a.seen).toHaveLength(1);
    expect(await answers(client, times(20))).toEqual(times(20, "b"));
    letGo();
    expect((await Promise.all(begun)).filter((text) => text === "a")).toHaveLength(1);
    await edge.settled();
    expect(new Set(await answers(client, times(60)))).toEqual(new Set(["a", "b"]));
  });

  it("leave a slow origin alone with latency, and try it again in time", async () => {
    const client = await siteWith({ balance: "latency" }, { ids: "ab", hosts: ["latency.test"] });
    const letGo = holding(a, "a");
    const begun = await beginUntil(() => a.seen.length > 0, "latency.test");
    await edge.advance(2_000);
    letGo();
    await Promise.all(begun);
    await edge.settled();
    expect(await answers(client, times(20))).toEqual(times(20, "b"));
    await edge.advance(300_000); // what was seen of it is forgotten
    expect(await answers(client, times(60))).toContain("a");
  });

  // linkerd/linkerd2#4275 and Finagle's failure accrual: an origin that fails at once looks fast.
  it("are not attracted by an origin that fails at once with latency, though it may not be ejected", async () => {
    const hosts = ["failing.test"];
    const outlier = { maxEjected: "0%" };
    const client = await siteWith(
      { balance: "latency", retry: { attempts: 2, on: ["503"] }, outlier },
      { ids: "ab", hosts },
    );
    a.answers((_request, response) => void response.writeHead(503).end("failing"));
    b.answers((_request, response) => void setTimeout(() => response.end("b"), 20));
    await answers(client, times(60));
    expect(b.seen).toHaveLength(60); // each failure was mended
    expect(a.seen.length).toBeLessThanOrEqual(2);
  });

  // envoy, BoundedLoadHashingLoadBalancerTest; haproxy, hash-balance-factor.
  it("send no more of a key to its origin than the bound allows", async () => {
    const hosts = ["bounded.test"];
    await siteWith({ hash: { by: "uri", bounded: 1.25 } }, { hosts });
    const letGo = [holding(a, "a"), holding(b, "b"), holding(c, "c")];
    const begun = await beginUntil(() => askedInAll() === 6, "bounded.test", "/hot");
    const most = Math.max(...[a, b, c].map(({ seen }) => seen.length));
    expect(most).toBeLessThanOrEqual(Math.ceil((1.25 * 6) / 3));
    for (const each of letGo) each();
    await Promise.all(begun);
    await edge.settled();
    expect(new Set(await answers(edge.client("bounded.test"), times(10, "/hot"))).size).toBe(1);
  });
});
