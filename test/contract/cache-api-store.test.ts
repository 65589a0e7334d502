import { describe, expect, it } from "vitest";
import { CACHE_CALLS } from "../../shared/subrequests.ts";
import { cacheApiStore } from "../../worker/adapters/cache-api-store.ts";
import { seal } from "../../worker/caching/envelope.ts";
import type { Log, Store } from "../../worker/ports.ts";
import { readBody, streamByHand, streamOf } from "./bodies.ts";
import { anEntry, HOUR_MS, NOW } from "./entries.ts";
import { newKey, storeContract } from "./store.contract.ts";

const cache = (caches as unknown as { default: Cache }).default;

function aLog() {
  const warnings: Record<string, unknown>[] = [];
  const log: Log = {
    request: () => {},
    warn: (message, evidence) => warnings.push({ message, ...evidence }),
  };
  return { log, warnings };
}

const silent = aLog();
storeContract("the Cache API store", (clock) => cacheApiStore(cache, silent.log, () => clock.now));

it("takes a body that breaks for no failure of the Cache API", () => {
  expect(silent.warnings).toEqual([]);
});

/** The Cache API, and what it is asked. */
function watched(over: Partial<Cache> = {}) {
  const urls: string[] = [];
  const asked = (url: string) => {
    urls.push(url);
    return url;
  };
  const watching = {
    match: (url: string) => cache.match(asked(url)),
    put: (url: string, response: Response) => cache.put(asked(url), response),
    delete: (url: string) => cache.delete(asked(url)),
    ...over,
  };
  return { cache: watching as unknown as Cache, urls };
}

describe("the Cache API store", () => {
  it("puts its objects under the site's host, on a path of its own", async () => {
    const { cache: watching, urls } = watched();
    const store = cacheApiStore(watching, silent.log);
    await store.put("shop.example.com#shop.example.com/a?b=c#@all", anEntry(), streamOf("body"));
    await store.get("*.example.com#http://shop.example.com:8080/a#@all");
    await store.get("*#http://shop.example.com:8080/a#@all");
    await store.get("*#/a#@all");
    const [body, envelope, , ...others] = urls;
    expect(envelope).toMatch(/^https:\/\/shop\.example\.com\/\.headgate-cache\/[0-9a-f]{64}$/);
    expect(body?.slice(0, -36)).toBe(`${envelope}/`);
    expect(others.map((url) => new URL(url).host)).toEqual([
      "example.com",
      "shop.example.com:8080",
      "headgate.internal",
    ]);
  });

  it("makes as many calls as the budget of a request counts for bytes in memory", async () => {
    const { cache: watching, urls } = watched();
    const store = cacheApiStore(watching, silent.log);
    const key = newKey();
    await store.put(key, anEntry(), new Uint8Array(4));
    expect(urls).toHaveLength(CACHE_CALLS.put);
    await store.get(key);
    expect(urls).toHaveLength(CACHE_CALLS.put + CACHE_CALLS.get);
  });

  it("takes for a miss what another format wrote, what is damaged, and what is somebody else's", async () => {
    const { cache: watching, urls } = watched();
    const store = cacheApiStore(watching, silent.log);
    const key = newKey();
    await store.put(key, anEntry(), "body");
    const [url = ""] = urls;
    const whole = seal(anEntry(), { kind: "here", bytes: 4 }, new TextEncoder().encode("body"));
    const line = new TextDecoder().decode(whole);
    const contents: Record<string, string> = {
      "another format": line.replace('"format":4', '"format":0'),
      "no format": line.replace('"format":4,', ""),
      "half a line": line.slice(0, 100),
      "a line that ends early": line.replace("{", "{\n"),
      "half a body": line.slice(0, -2),
      "a longer body": `${line}s`,
      "no entry": "null\n",
      nothing: "",
      "a page": "<!doctype html>\n<p>hello",
    };
    for (const [what, content] of Object.entries(contents)) {
      await cache.put(url, new Response(content, { headers: { "cache-control": "max-age=60" } }));
      expect(await store.get(key), what).toBeUndefined();
    }
    await cache.put(url, new Response(line, { headers: { "cache-control": "max-age=60" } }));
    expect(await store.get(key)).toBeDefined();
  });

  it("takes an envelope whose body is gone for a miss", async () => {
    const { cache: watching, urls } = watched();
    const store = cacheApiStore(watching, silent.log);
    const key = newKey();
    await store.put(key, anEntry(), streamOf("body"));
    await cache.delete(urls[0] ?? "");
    expect(await store.get(key)).toBeUndefined();
  });

  it("gives back what was put at hand at hand, and what streamed as a stream", async () => {
    const store = cacheApiStore(cache, silent.log);
    const [atHand, streamed] = [newKey(), newKey()];
    await store.put(atHand, anEntry(), "body");
    await store.put(streamed, anEntry(), streamOf("body"));
    expect((await store.get(atHand))?.body).toBeInstanceOf(Uint8Array);
    expect((await store.get(streamed))?.body).toBeInstanceOf(ReadableStream);
  });

  it("goes on giving what it gave while that is replaced", async () => {
    const store = cacheApiStore(cache, silent.log);
    const key = newKey();
    await store.put(key, anEntry({ status: 200 }), streamOf("old ", "body"));
    const old = await store.get(key);
    await store.put(key, anEntry({ status: 410 }), streamOf("new ", "body"));
    expect(new TextDecoder().decode((await readBody(old?.body ?? null)) ?? undefined)).toBe("old body");
  });

  it("lets the platform keep it for as long as it may be needed", async () => {
    const lives: (string | null)[] = [];
    const { cache: watching } = watched({
      put: async (_url, response) => void lives.push(response.headers.get("cache-control")),
    });
    const store = cacheApiStore(watching, silent.log, () => NOW);
    await store.put(newKey(), anEntry({ keepUntil: NOW + HOUR_MS }), "body");
    await store.put(newKey(), anEntry({ keepUntil: NOW + 1 }), "body");
    expect(lives).toEqual(["public, max-age=3600", "public, max-age=1"]);
  });

  describe("a body apart", () => {
    const DAY_MS = 24 * HOUR_MS;
    const MONTH_MS = 30 * DAY_MS;
    /** The Cache API, what lies in it, and how often each was written. */
    function shelf() {
      const there = new Set<string>();
      const writes = { bodies: 0, envelopes: 0 };
      const { cache: watching } = watched({
        put: async (url, response) => {
          there.add(String(url));
          writes[isBody(url) ? "bodies" : "envelopes"]++;
          await cache.put(url, response);
        },
        delete: async (url) => {
          there.delete(String(url));
          return cache.delete(url);
        },
      });
      const isBody = (url: unknown) => /\/[0-9a-f-]{36}$/.test(String(url));
      return { cache: watching, writes, bodies: () => [...there].filter(isBody).length };
    }
    const foundAt = async (store: Store, key: string) => {
      const found = await store.get(key);
      if (!found) throw new Error("nothing is there");
      return found;
    };

    it("is not written again for a newer entry, day after day, and once in a month it is", async () => {
      const clock = { now: NOW };
      const { cache: watching, writes, bodies } = shelf();
      const store = cacheApiStore(watching, silent.log, () => clock.now);
      const key = newKey();
      const until = () => ({ keepUntil: clock.now + 2 * DAY_MS });
      await store.put(key, anEntry(until()), streamOf("a long ", "body"));
      for (let day = 0; day < 29; day++) {
        clock.now += DAY_MS;
        expect(await store.renew(key, await foundAt(store, key), anEntry(until()))).toBe(true);
      }
      expect(writes).toEqual({ bodies: 1, envelopes: 30 });
      clock.now += DAY_MS;
      await store.renew(key, await foundAt(store, key), anEntry(until()));
      clock.now += DAY_MS;
      expect(await store.renew(key, await foundAt(store, key), anEntry(until()))).toBe(true);
      expect(writes.bodies).toBe(2);
      expect(bodies()).toBe(1);
      expect(new TextDecoder().decode((await readBody((await foundAt(store, key)).body)) ?? undefined)).toBe(
        "a long body",
      );
    });

    it("outlives its entry by a month", async () => {
      const lives: (string | null)[] = [];
      const { cache: watching } = watched({
        put: async (url, response) => {
          lives.push(response.headers.get("cache-control"));
          await cache.put(url, response);
        },
      });
      const store = cacheApiStore(watching, silent.log, () => NOW);
      await store.put(newKey(), anEntry({ keepUntil: NOW + HOUR_MS }), streamOf("body"));
      const seconds = (MONTH_MS + HOUR_MS) / 1000;
      expect(lives).toEqual([`public, max-age=${seconds}`, "public, max-age=3600"]);
    });

    it("goes when its entry is replaced, deleted or over", async () => {
      const { cache: watching, bodies } = shelf();
      const store = cacheApiStore(watching, silent.log, () => NOW);
      const key = newKey();
      await store.put(key, anEntry(), streamOf("one"));
      await store.put(key, anEntry(), streamOf("two"));
      expect(bodies()).toBe(1);
      await store.put(key, anEntry(), "at hand");
      expect(bodies()).toBe(0);
      await store.put(key, anEntry(), streamOf("three"));
      await store.delete(key);
      expect(bodies()).toBe(0);
      await store.put(key, anEntry(), streamOf("four"));
      await store.put(key, anEntry({ keepUntil: NOW - 1 }), "over");
      expect(bodies()).toBe(0);
    });

    it("is not left behind where it breaks, is too short, or comes too late", async () => {
      const { cache: watching, bodies } = shelf();
      const store = cacheApiStore(watching, silent.log, () => NOW);
      const key = newKey();
      await store.put(key, anEntry(), streamOf("half ", new Error("cut")));
      await store.put(key, anEntry({ headers: [["content-length", "9"]] }), streamOf("half "));
      const slow = streamByHand();
      const put = store.put(key, anEntry(), slow.readable);
      await slow.send("late");
      await store.delete(key);
      await slow.end();
      await put;
      expect(bodies()).toBe(0);
    });

    it("tells its length, though it streams", async () => {
      const store = cacheApiStore(cache, silent.log);
      const key = newKey();
      await store.put(key, anEntry(), streamOf("four"));
      expect((await foundAt(store, key)).apart?.bytes).toBe(4);
    });
  });

  it("stores responses that the Cache API itself would refuse or change", async () => {
    const store = cacheApiStore(cache, silent.log);
    const refused = {
      206: [["content-range", "bytes 0-3/10"]],
      200: [
        ["vary", "*"],
        ["set-cookie", "a=1"],
        ["cache-control", "no-store, private"],
        ["expires", "0"],
        ["content-encoding", "gzip"],
      ],
      304: [],
      503: [["retry-after", "1"]],
    } as const;
    for (const [status, headers] of Object.entries(refused)) {
      const key = newKey();
      const entry = anEntry({ status: Number(status), headers });
      await store.put(key, entry, "body");
      expect((await store.get(key))?.entry).toEqual(entry);
    }
  });
});

describe("a Cache API that fails", () => {
  const failing = async () => {
    throw new Error("out of order");
  };

  it("is a miss and a warning, for whatever is asked of it", async () => {
    const { log, warnings } = aLog();
    const { cache: broken } = watched({ match: failing, put: failing, delete: failing });
    const store = cacheApiStore(broken, log);
    expect(await store.get("a.test/")).toBeUndefined();
    await expect(store.put("a.test/", anEntry(), "body")).resolves.toBeUndefined();
    await expect(store.delete("a.test/")).resolves.toBeUndefined();
    const message = "the Cache API failed; taken for a miss";
    const error = "Error: out of order";
    expect(warnings).toEqual(["match", "put", "delete"].map((doing) => ({ message, doing, error })));
  });

  it("lets go of a stream that it does not take", async () => {
    const { log, warnings } = aLog();
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
      cancel: () => {
        cancelled = true;
      },
    });
    await cacheApiStore(watched({ put: failing }).cache, log).put("a.test/", anEntry(), body);
    expect(cancelled).toBe(true);
    expect(warnings).toMatchObject([{ doing: "put" }]);
  });

  it("is a miss where it is not there at all", async () => {
    const { log, warnings } = aLog();
    const store = cacheApiStore(undefined as unknown as Cache, log);
    expect(await store.get("a.test/")).toBeUndefined();
    await store.put("a.test/", anEntry(), streamOf("body"));
    await store.delete("a.test/");
    expect(warnings).toHaveLength(3);
  });

  it("is a miss where a body breaks off while it is found", async () => {
    const { log, warnings } = aLog();
    const cut = async () => new Response(streamOf("{", new Error("cut")));
    const store = cacheApiStore(watched({ match: cut }).cache, log);
    expect(await store.get("a.test/")).toBeUndefined();
    expect(warnings).toMatchObject([{ doing: "match" }]);
  });
});
