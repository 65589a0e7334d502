import { describe, expect, it } from "vitest";
import { memoryStore } from "../../worker/adapters/memory-store.ts";
import { streamByHand, streamOf } from "./bodies.ts";
import { anEntry, NOW } from "./entries.ts";
import { storeContract } from "./store.contract.ts";

const MIB = 1_048_576;

storeContract("the memory store", (clock) => memoryStore(16 * MIB, { now: () => clock.now }));

describe("the memory store", () => {
  it("hands out the very bytes that it holds, uncopied", async () => {
    const store = memoryStore(MIB);
    await store.put("key", anEntry(), "body");
    const [first, second] = [await store.get("key"), await store.get("key")];
    expect(first?.body).toBeInstanceOf(Uint8Array);
    expect(second).toBe(first);
  });

  it("forgets the least wanted when it is full, and never all for one", async () => {
    const store = memoryStore(MIB);
    const page = new Uint8Array(50_000);
    for (let n = 0; n < 15; n++) await store.put(`wanted-${n}`, anEntry(), page);
    for (let n = 0; n < 15; n++) await store.get(`wanted-${n}`);
    for (let n = 0; n < 100; n++) await store.put(`once-${n}`, anEntry(), page);
    const wanted = await Promise.all(Array.from({ length: 15 }, (_, n) => store.get(`wanted-${n}`)));
    expect(wanted.filter(Boolean)).toHaveLength(15);
  });

  it("keeps a body of nearly an eighth of it, and forgets the key of a larger one", async () => {
    const store = memoryStore(MIB);
    await store.put("large", anEntry(), new Uint8Array(MIB / 8 - 10_000));
    expect(await store.get("large")).toBeDefined();
    await store.put("large", anEntry(), new Uint8Array(MIB / 8));
    expect(await store.get("large")).toBeUndefined();
  });

  it("tells beforehand which declared length it takes: all together no more than an eighth", async () => {
    const store = memoryStore(MIB);
    const sized = (length: number) => anEntry({ headers: [["content-length", String(length)]] });
    const largest = (at: number): number => (store.takes("k", sized(at)) ? at : largest(at - 1));
    const fits = largest(MIB / 8);
    await store.put("k", sized(fits), new Uint8Array(fits));
    expect(await store.get("k")).toBeDefined();
    await store.put("k", sized(fits + 1), new Uint8Array(fits + 1));
    expect(await store.get("k")).toBeUndefined();
    expect(store.takes("k", anEntry())).toBe(true);
    expect(memoryStore(0).takes("k", anEntry())).toBe(false);
  });

  it("copies no body for a newer entry", async () => {
    const store = memoryStore(MIB);
    await store.put("k", anEntry(), "body");
    const found = await store.get("k");
    if (!found) throw new Error("it was put");
    await store.renew("k", found, anEntry({ status: 203 }));
    expect((await store.get("k"))?.body).toBe(found.body);
  });

  it("reads no further into a stream than it could keep, and lets it go", async () => {
    const store = memoryStore(MIB);
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 10_000)),
      cancel: () => {
        cancelled = true;
      },
    });
    await store.put("endless", anEntry(), endless);
    expect(await store.get("endless")).toBeUndefined();
    expect(pulled).toBeLessThan(20);
    expect(cancelled).toBe(true);
  });

  it("does not begin on a stream that is declared too long", async () => {
    const store = memoryStore(MIB);
    let pulled = 0;
    const long = new ReadableStream<Uint8Array>(
      { pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 10_000)) },
      { highWaterMark: 0 },
    );
    await store.put("long", anEntry({ headers: [["content-length", "200000000"]] }), long);
    expect(await store.get("long")).toBeUndefined();
    expect(pulled).toBeLessThan(2);
  });

  it("waits for nobody to let go of one half of a body", async () => {
    const store = memoryStore(1_000);
    const slow = streamByHand();
    const [forClient, forStore] = slow.readable.tee();
    await store.put("half", anEntry(), forStore);
    void slow.send("x".repeat(1_000)).then(() => slow.end());
    expect(await new Response(forClient).text()).toHaveLength(1_000);
  });

  it("counts fields, keys and index entries too", async () => {
    const store = memoryStore(MIB);
    const headers = Array.from({ length: 100 }, (_, n) => [`x-${n}`, "v".repeat(900)] as const);
    for (let n = 0; n < 20; n++) await store.put(`heavy-${n}`, anEntry({ headers }), "");
    const found = await Promise.all(Array.from({ length: 20 }, (_, n) => store.get(`heavy-${n}`)));
    expect(found.filter(Boolean).length).toBeLessThan(12);
  });

  it("holds no bytes of what it was told to forget", async () => {
    const store = memoryStore(MIB);
    // Were one of these still counted, the last would push out the first.
    for (let turn = 0; turn < 50; turn++) {
      await store.put("turned-over", anEntry(), new Uint8Array(100_000));
      await store.put(`deleted-${turn}`, anEntry(), new Uint8Array(100_000));
      await store.delete(`deleted-${turn}`);
    }
    await store.put("other", anEntry(), streamOf("other"));
    expect(await store.get("turned-over")).toBeDefined();
    expect(await store.get("other")).toBeDefined();
  });

  it("keeps nothing where it may have no memory", async () => {
    const store = memoryStore(0);
    await store.put("key", anEntry(), "");
    await store.put("key", anEntry(), streamOf("body"));
    expect(await store.get("key")).toBeUndefined();
  });

  it("forgets copies of another store's when their time is up", async () => {
    let now = NOW;
    const store = memoryStore(MIB, { now: () => now, forgetAfterMs: 5_000 });
    await store.put("copy", anEntry(), "body");
    now += 4_999;
    expect(await store.get("copy")).toBeDefined();
    now += 1;
    expect(await store.get("copy")).toBeUndefined();
  });
});
