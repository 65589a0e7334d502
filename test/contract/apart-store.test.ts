import { describe, expect, it } from "vitest";
import { err } from "../../shared/result.ts";
import { cacheApiStore } from "../../worker/adapters/cache-api-store.ts";
import { portsOf } from "../../worker/adapters/env.ts";
import { apartStore } from "../../worker/adapters/guarded-store.ts";
import { memoryStore } from "../../worker/adapters/memory-store.ts";
import type { Log } from "../../worker/ports.ts";
import { readBody } from "./bodies.ts";
import { anEntry } from "./entries.ts";
import { newKey, storeContract } from "./store.contract.ts";

const cache = (caches as unknown as { default: Cache }).default;
const silent: Log = { request: () => {}, warn: () => {} };

storeContract("a part of the Cache API", (clock) =>
  apartStore(
    cacheApiStore(cache, silent, () => clock.now),
    "shop",
  ),
);

/** The store of an embedded edge on Cloudflare, as another isolate would make it anew. */
const edgeCalled = (apart?: string) =>
  portsOf({}, { apart, cacheMemory: "0B", onlySite: () => () => err({ reason: "no-site", host: "" }) }).store;

describe("what an embedded edge has stored", () => {
  it("is found by the same edge in another isolate, and by no other edge", async () => {
    const key = `*#shop.test/${newKey()}#@rest`;
    const entry = anEntry({ keepUntil: Date.now() + 60_000 });
    await edgeCalled("shop").put(key, entry, "ours");
    const found = await edgeCalled("shop").get(key);
    expect(new TextDecoder().decode((await readBody(found?.body ?? null)) ?? undefined)).toBe("ours");
    expect(await edgeCalled("blog").get(key)).toBeUndefined();
    expect(await edgeCalled().get(key)).toBeUndefined();
    await edgeCalled("blog").delete(key);
    expect(await edgeCalled("shop").get(key)).toBeDefined();
  });

  it.each([
    ["*#shop.test/a#@rest", "shop.test"],
    ["*#http://shop.test/a~b#@rest~1", "shop.test"],
    ["*.example.com#shop.example.com/a~b#@rest~1", "example.com"],
    ["example.com#example.com/~x#@rest~1", "example.com"],
  ])("stands under the host of the site: %s", async (key, host) => {
    const urls: string[] = [];
    const watched = new Proxy(cache, {
      get: (_cache, name) => async (url: string) => void (name === "match" && urls.push(url)),
    });
    await apartStore(cacheApiStore(watched, silent), "shop").get(key);
    await cacheApiStore(watched, silent).get(key);
    expect(urls.map((url) => new URL(url).host)).toEqual([host, host]);
    expect(urls[0]).not.toBe(urls[1]);
  });
});

describe("a store that an app brings", () => {
  it("lies below the memory of the isolate, under the name of the edge", async () => {
    const far = memoryStore(1_000_000);
    const ports = portsOf(
      { HEADGATE_RUNS_ON: "standalone" },
      { sites: { read: async () => undefined }, store: far, apart: "x" },
    );
    const entry = anEntry({ keepUntil: Date.now() + 60_000 });
    await ports.store.put("key", entry, "kept");
    expect(far.get("x~key")).toBeDefined();
    expect(await ports.store.get("key")).toBeDefined();
  });

  it("that fails is a miss, and the log says so", async () => {
    const warnings: string[] = [];
    const broken = { ...memoryStore(0), get: () => Promise.reject(new Error("down")) };
    const ports = portsOf(
      {},
      {
        sites: { read: async () => undefined },
        store: broken,
        cacheMemory: "0B",
        log: { warn: (message) => void warnings.push(message) },
      },
    );
    expect(await ports.store.get("key")).toBeUndefined();
    expect(warnings).toEqual(["the store failed; taken for a miss"]);
  });
});
