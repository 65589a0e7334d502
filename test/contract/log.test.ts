// The two logs: record by record, and in batches.
import { describe, expect, it } from "vitest";
import { batchedLog, MAX_DELAY_MS } from "../../worker/adapters/batched-log.ts";
import { consoleLog, inFormat } from "../../worker/adapters/console-log.ts";
import { aRecord, asPath, logContract } from "./log.contract.ts";

logContract("the console", () => consoleLog);
const now = () => Date.now();
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
logContract("the console in batches", () => batchedLog({ now, wait }));

it("a format for all requests overrides that of their sites", async () => {
  const written: string[] = [];
  const log = inFormat(({ path }) => `all ${path}`, {
    request: (record, format) => void written.push(format(record)),
    warn: () => {},
  });
  await log.request(aRecord("/a"), asPath);
  expect(written).toEqual(["all /a"]);
});

/** A log with a clock and timers that the test moves. */
function aBatch() {
  const written: string[] = [];
  const timers: { readonly due: number; fire(): void }[] = [];
  let now = 0;
  const log = batchedLog({
    write: (text) => void written.push(text),
    now: () => now,
    wait: (ms) => new Promise((resolve) => timers.push({ due: now + ms, fire: resolve })),
  });
  return {
    written,
    timers,
    log: (path: string) => log.request(aRecord(path), asPath),
    logMany: (count: number) =>
      Array.from({ length: count }, (_, n) => log.request(aRecord(`/${n}`), asPath)),
    /** Moves the clock, and fires the timers that are due unless their request was cancelled. */
    async pass(ms: number, { cancelled = false } = {}) {
      now += ms;
      for (const timer of timers.splice(0, timers.length)) {
        if (timer.due > now) timers.push(timer);
        else if (!cancelled) timer.fire();
      }
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

describe("a batch", () => {
  it("waits for more records, and no longer than the bound", async () => {
    const batch = aBatch();
    void batch.log("/a");
    await batch.pass(MAX_DELAY_MS - 1);
    void batch.log("/b");
    expect(batch.written).toEqual([]);
    await batch.pass(1);
    expect(batch.written).toEqual(["/a\n/b"]);
  });

  it("has one timer, set by its first record", () => {
    const batch = aBatch();
    const given = batch.logMany(5);
    expect(batch.timers).toHaveLength(1);
    expect(given.map((promise) => promise !== undefined)).toEqual([true, false, false, false, false]);
  });

  it("is written when it is full, and its timer serves the next one", async () => {
    const batch = aBatch();
    batch.logMany(30_000);
    expect(batch.written.length).toBeGreaterThan(1);
    for (const text of batch.written) expect(text.length).toBeLessThan(60_000);
    expect(batch.timers).toHaveLength(1);
    await batch.pass(MAX_DELAY_MS);
    expect(batch.written.flatMap((text) => text.split("\n"))).toHaveLength(30_000);
    expect(batch.timers).toHaveLength(0);
  });

  it("is written sooner when its lines are long, so that no write is longer than a pipe takes", () => {
    const batch = aBatch();
    const long = "x".repeat(50_000);
    void batch.log(long);
    void batch.log("/b");
    expect(batch.written).toEqual([long]);
  });

  it("whose timer is gone with a cancelled request is written with the next record", async () => {
    const batch = aBatch();
    void batch.log("/a");
    await batch.pass(MAX_DELAY_MS, { cancelled: true });
    expect(batch.written).toEqual([]);
    await batch.pass(MAX_DELAY_MS + 1);
    void batch.log("/b");
    expect(batch.written).toEqual(["/a\n/b"]);
    void batch.log("/c");
    await batch.pass(MAX_DELAY_MS);
    expect(batch.written).toEqual(["/a\n/b", "/c"]);
  });
});
