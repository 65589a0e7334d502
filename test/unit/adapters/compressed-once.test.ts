import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compressedOnce } from "../../../worker/adapters/compressed-once.ts";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { NEAR_COPY_LIVES_MS, tieredStore } from "../../../worker/adapters/tiered-store.ts";
import type { Store } from "../../../worker/ports.ts";
import { anEntry, NOW } from "../../contract/entries.ts";

const MIB = 1_048_576;
const PAGE = new TextEncoder().encode("<p>the same words again and again</p>\n".repeat(500));

/** As a store that isolates share gives them: other bytes at each hit. */
const copying = (inner: Store): Store => ({
  ...inner,
  get: async (key) => {
    const found = await inner.get(key);
    return found?.body instanceof Uint8Array ? { ...found, body: found.body.slice() } : found;
  },
});

describe("a stored page", () => {
  const compressedHit = async (store: Store, coding: "gzip" | "zstd") => {
    const body = (await store.get("k"))?.body;
    if (!(body instanceof Uint8Array)) throw new Error("not in memory");
    return compressedOnce(body, coding);
  };
  let now = NOW;
  const near = () => memoryStore(MIB, { now: () => now, forgetAfterMs: NEAR_COPY_LIVES_MS });

  it("in memory is compressed once per coding, whoever hits it, and a hit is the bytes as they are", async () => {
    const store = memoryStore(MIB, { now: () => now });
    await store.put("k", anEntry(), PAGE.slice());
    const [first, second] = [await compressedHit(store, "gzip"), await compressedHit(store, "gzip")];
    expect(second).toBe(first);
    expect(gunzipSync(first as Uint8Array)).toEqual(Buffer.from(PAGE));
    const other = await compressedHit(store, "zstd");
    expect(other).not.toBe(first);
    expect(zstdDecompressSync(other as Uint8Array)).toEqual(Buffer.from(PAGE));
    expect(await compressedHit(store, "zstd")).toBe(other);
  });

  it("in a store that isolates share is compressed once for each copy of it in memory", async () => {
    const store = tieredStore(near(), copying(memoryStore(16 * MIB, { now: () => now })));
    await store.put("k", anEntry(), PAGE.slice());
    now += NEAR_COPY_LIVES_MS + 1;
    await compressedHit(store, "gzip"); // from the shared store, which leaves a copy in memory
    const first = await compressedHit(store, "gzip");
    for (const later of [1, NEAR_COPY_LIVES_MS - 2]) {
      now += later;
      expect(await compressedHit(store, "gzip")).toBe(first);
    }
    now += NEAR_COPY_LIVES_MS + 1;
    expect(await compressedHit(store, "gzip")).not.toBe(first);
  });

  it("that is replaced is compressed anew", async () => {
    const store = memoryStore(MIB, { now: () => now });
    await store.put("k", anEntry(), PAGE.slice());
    await compressedHit(store, "gzip");
    const other = new TextEncoder().encode("another page ".repeat(200));
    await store.put("k", anEntry(), other);
    expect(gunzipSync((await compressedHit(store, "gzip")) as Uint8Array)).toEqual(Buffer.from(other));
  });
});
