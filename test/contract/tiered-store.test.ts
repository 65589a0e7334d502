import { beforeEach, describe, expect, it } from "vitest";
import { cacheApiStore } from "../../worker/adapters/cache-api-store.ts";
import { memoryStore } from "../../worker/adapters/memory-store.ts";
import { NEAR_COPY_LIVES_MS, tieredStore } from "../../worker/adapters/tiered-store.ts";
import type { Log, Store } from "../../worker/ports.ts";
import { streamOf } from "./bodies.ts";
import { aMark, anEntry, anIndex, NOW } from "./entries.ts";
import { storeContract } from "./store.contract.ts";

const MIB = 1_048_576;
const cache = (caches as unknown as { default: Cache }).default;
const silent: Log = { request: () => {}, warn: () => {} };

storeContract("memory over the Cache API", (clock) => {
  const now = () => clock.now;
  return tieredStore(
    memoryStore(MIB, { now, forgetAfterMs: NEAR_COPY_LIVES_MS }),
    cacheApiStore(cache, silent, now),
  );
});
storeContract("memory over the Cache API, too small for anything", (clock) =>
  tieredStore(
    memoryStore(0),
    cacheApiStore(cache, silent, () => clock.now),
  ),
);

describe("the tiers", () => {
  let now = NOW;
  const isolate = (far: Store): { store: Store; near: Store } => {
    const near = memoryStore(MIB, { now: () => now, forgetAfterMs: NEAR_COPY_LIVES_MS });
    return { store: tieredStore(near, far), near };
  };
  /** Streams what came as a stream, as the Cache API does, and counts what it is asked. */
  const farStore = () => {
    const inner = memoryStore(16 * MIB, { now: () => now });
    const streams = new Set<string>();
    const asked = { gets: 0 };
    const store: Store = {
      name: "far",
      isShared: true,
      get: async (key) => {
        asked.gets++;
        const found = await inner.get(key);
        return found && streams.has(key)
          ? { ...found, body: new Response(found.body as BodyInit).body }
          : found;
      },
      takes: () => true,
      renew: (key, found, entry) => inner.renew(key, found, entry),
      put: (key, entry, body) => {
        if (body instanceof ReadableStream) streams.add(key);
        else streams.delete(key);
        return inner.put(key, entry, body);
      },
      delete: (key) => inner.delete(key),
    };
    return { store, asked };
  };
  beforeEach(() => {
    now = NOW;
  });

  it("puts to both what is at hand, and asks the far one no more", async () => {
    const far = farStore();
    const { store, near } = isolate(far.store);
    await store.put("page", anEntry(), "body");
    expect(await near.get("page")).toBeDefined();
    expect(await far.store.get("page")).toBeDefined();
    const before = far.asked.gets;
    await store.get("page");
    expect(far.asked.gets).toBe(before);
  });

  it("brings near what the far one has at hand: responses and indexes", async () => {
    const far = farStore();
    await far.store.put("page", anEntry(), "body");
    await far.store.put("index", anIndex("index"), null);
    const { store } = isolate(far.store);
    for (let turn = 0; turn < 3; turn++) {
      expect(await store.get("page")).toMatchObject({ body: new TextEncoder().encode("body") });
      expect(await store.get("index")).toEqual({ entry: anIndex("index"), body: null });
    }
    expect(far.asked.gets).toBe(2);
  });

  it("leaves what streams to the far one, and hands it on as it comes", async () => {
    const far = farStore();
    const { store, near } = isolate(far.store);
    await store.put("film", anEntry(), streamOf("reel 1, ", "reel 2"));
    expect((await store.get("film"))?.body).toBeInstanceOf(ReadableStream);
    expect(await near.get("film")).toBeUndefined();
  });

  it("forgets the near copy of what is replaced by a stream", async () => {
    const { store } = isolate(farStore().store);
    await store.put("film", anEntry({ status: 404 }), "not yet");
    await store.put("film", anEntry({ status: 200 }), streamOf("reel 1"));
    expect((await store.get("film"))?.entry).toMatchObject({ status: 200 });
  });

  it("deletes from both", async () => {
    const far = farStore();
    const { store, near } = isolate(far.store);
    await store.put("page", anEntry(), "body");
    await store.delete("page");
    expect(await near.get("page")).toBeUndefined();
    expect(await far.store.get("page")).toBeUndefined();
  });

  it("sees within five seconds what another isolate has replaced or deleted", async () => {
    const far = farStore();
    const [one, other] = [isolate(far.store).store, isolate(far.store).store];
    await one.put("replaced", anEntry({ status: 200 }), "old");
    await one.put("deleted", anEntry(), "old");
    await other.put("replaced", anEntry({ status: 410 }), "new");
    await other.delete("deleted");
    now += NEAR_COPY_LIVES_MS - 1;
    expect((await one.get("replaced"))?.entry).toMatchObject({ status: 200 });
    now += 1;
    expect((await one.get("replaced"))?.entry).toMatchObject({ status: 410 });
    expect(await one.get("deleted")).toBeUndefined();
  });

  it("keeps no mark of a change near: what one isolate tells the others are told at once", async () => {
    const far = farStore();
    const [one, other] = [isolate(far.store), isolate(far.store)];
    await one.store.put("page#changed", aMark(NOW), null);
    expect((await other.store.get("page#changed"))?.entry).toEqual(aMark(NOW));
    await one.store.put("page#changed", aMark(NOW + 1), null);
    expect((await other.store.get("page#changed"))?.entry).toEqual(aMark(NOW + 1));
    for (const { near } of [one, other]) expect(await near.get("page#changed")).toBeUndefined();
  });

  it("brings near again what it forgot, with the life that the far one gives it", async () => {
    const far = farStore();
    const { store } = isolate(far.store);
    await store.put("page", anEntry(), "body");
    for (let turn = 1; turn <= 4; turn++) {
      now += NEAR_COPY_LIVES_MS;
      await store.get("page");
      expect((await store.get("page"))?.entry).toEqual(anEntry());
      expect(far.asked.gets).toBe(turn);
    }
  });

  it("brings nothing near that is deleted or replaced while it is being fetched", async () => {
    const far = farStore();
    for (const change of ["delete", "put", "put a stream"] as const) {
      await far.store.put(change, anEntry({ status: 200 }), "old");
      const arrived = Promise.withResolvers<void>();
      const slow: Store = {
        ...far.store,
        get: async (key) => {
          const found = await far.store.get(key);
          await arrived.promise;
          return found;
        },
      };
      const { store, near } = isolate(slow);
      const getting = store.get(change);
      if (change === "delete") await store.delete(change);
      else await store.put(change, anEntry({ status: 410 }), change === "put" ? "new" : streamOf("new"));
      arrived.resolve();
      await getting;
      expect((await near.get(change))?.entry).not.toMatchObject({ status: 200 });
    }
  });
});
