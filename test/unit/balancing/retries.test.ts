// Budget, pauses and time per try. Peers: envoy (retry budgets: "budget_percent" of the active requests, at least a few; per_try_timeout;
// exponential backoff with full jitter), finagle-core's RetryBudgetTest (a share, a floor, forgotten after its window), haproxy's
// redispatch (another server is tried without a delay).
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";
import { World } from "./a-world.ts";

const ok = { afterMs: 10 };
const status = (sent: Awaited<ReturnType<World["ask"]>>) =>
  sent.result.ok ? sent.result.value.status : sent.result.error.reason;

describe("the budget of retries", () => {
  const pool = aPool({ a: {}, b: {} }, { retry: { attempts: 2, on: [503], budget: "20%" } });
  const failing = { afterMs: 1, status: 503 };

  it("lets a share of the requests be repeated, and says why no more are", async () => {
    const world = new World(() => failing);
    let last = "";
    for (let n = 0; n < 104; n++) last = String((await world.ask(pool)).sending.stoppedBy);
    expect(world.seen).toHaveLength(104 + 20);
    expect(last).toBe("budget-used-up");
  });

  it("passes on the answer that there is", async () => {
    const world = new World(() => failing);
    for (let n = 0; n < 10; n++) await world.ask(pool);
    const sent = await world.ask(pool);
    expect([status(sent), sent.sending.attempts.length]).toEqual([503, 1]);
  });

  it("always allows ten in ten seconds, so that a quiet pool has retries too", async () => {
    const world = new World(() => failing);
    for (let n = 0; n < 12; n++) await world.ask(pool);
    expect(world.seen).toHaveLength(12 + 10);
  });

  it("is full again when its window has passed", async () => {
    const world = new World(() => failing);
    for (let n = 0; n < 12; n++) await world.ask(pool);
    await world.pass(11_000);
    expect((await world.ask(pool)).sending.attempts).toHaveLength(2);
  });

  it("is spent before the pause, not after it", async () => {
    const slow = aPool({ a: {}, b: {} }, { retry: { attempts: 2, on: [503], budget: "20%", backoff: "1s" } });
    const world = new World(
      () => failing,
      () => 0.999,
    );
    const sent = Array.from({ length: 30 }, () => world.start(slow));
    await world.pass(5_000);
    expect((await Promise.all(sent)).filter(({ sending }) => sending.attempts.length === 2)).toHaveLength(10);
  });

  it("belongs to the pool, and a pool without one has no limit", async () => {
    const world = new World(() => failing);
    for (let n = 0; n < 20; n++) await world.ask(pool);
    const free = aPool({ a: {}, b: {} }, { retry: { attempts: 2, on: [503] } });
    for (let n = 0; n < 20; n++) expect((await world.ask(free)).sending.attempts).toHaveLength(2);
  });

  it("is never exceeded, whatever happens", async () => {
    const random = seededRandom(11);
    const share = 0.2;
    const three = aPool(
      { a: {}, b: {}, c: {} },
      { retry: { attempts: 3, on: ["connect", 503], budget: "20%", backoff: "50ms" } },
    );
    const world = new World(() => {
      const kind = random();
      if (kind < 0.3) return { fails: "connect" as const, afterMs: random() * 100 };
      return { afterMs: random() * 300, status: kind < 0.6 ? 503 : 200 };
    }, random);
    const sent: Promise<unknown>[] = [];
    for (let n = 0; n < 600; n++) {
      sent.push(world.start(three));
      await world.pass(random() * 60);
    }
    await world.settle();
    await Promise.all(sent);
    const retries = world.seen.length - 600;
    expect(retries).toBeGreaterThan(50); // the history does try it
    const windows = Math.ceil((600 * 30) / 10_000) + 1;
    expect(retries).toBeLessThanOrEqual(share * 600 + windows * 10);
  });
});

describe("the pause before a retry", () => {
  const backoff = { attempts: 4, on: ["connect", 503] as ["connect", 503], backoff: "100ms" };

  it("is a random part of a limit that doubles", async () => {
    const world = new World(
      () => ({ status: 503 }),
      () => 0.5,
    );
    await world.ask(aPool({ a: {}, b: {}, c: {}, d: {} }, { retry: backoff }));
    expect(world.pauses).toEqual([50, 100, 200]);
  });

  it("does not come before another origin is tried if there was no connection", async () => {
    const world = new World(
      (origin) => (origin === "a" ? { fails: "connect" } : ok),
      () => 0.5,
    );
    expect(status(await world.ask(aPool({ a: {}, b: {} }, { balance: "first", retry: backoff })))).toBe(200);
    expect(world.pauses).toEqual([]);
  });

  it("comes before the same origin is tried again", async () => {
    const world = new World(
      () => ({ fails: "connect" }),
      () => 0.5,
    );
    await world.ask(aPool({ a: {} }, { retry: { ...backoff, attempts: 2 } }));
    expect(world.pauses).toEqual([50]);
  });

  it("is not begun if it would outlast the total time-out", async () => {
    const pool = aPool({ a: {}, b: {} }, { retry: backoff, timeout: { total: "40ms" } });
    const world = new World(
      () => ({ status: 503 }),
      () => 0.5,
    );
    const sent = await world.ask(pool);
    expect([status(sent), sent.sending.stoppedBy]).toEqual([503, "time-used-up"]);
    expect(world.pauses).toEqual([]);
  });

  it("is there only if the site asks for it", async () => {
    const world = new World(
      () => ({ status: 503 }),
      () => 0.5,
    );
    await world.ask(aPool({ a: {}, b: {} }));
    expect([world.pauses, world.seen.length]).toEqual([[], 2]);
  });
});

describe("the time per try", () => {
  const pool = aPool(
    { a: {}, b: {} },
    {
      balance: "first",
      retry: { attempts: 3, perTry: "2s" },
      timeout: { firstByte: "15s" },
    },
  );
  const waits = (world: World) => world.seen.map(({ request }) => request.firstByteMs);

  it("holds for an attempt that another one may follow, and not for the last one", async () => {
    const world = new World((origin) => (origin === "a" ? { afterMs: 60_000 } : { afterMs: 5_000 }));
    const sent = await world.ask(pool);
    expect([status(sent), world.now - 1_000_000]).toEqual([200, 7_000]);
    expect(waits(world)).toEqual([2_000, 15_000]);
  });

  it("does not hold for a request that may not be repeated", async () => {
    const world = new World(() => ({ afterMs: 5_000 }));
    expect(status(await world.ask(pool, { method: "POST", body: "order" }))).toBe(200);
    expect(waits(world)).toEqual([15_000]);
  });

  it("does not hold where a time-out is not retried", async () => {
    const world = new World(() => ({ afterMs: 5_000 }));
    const never = aPool({ a: {}, b: {} }, { retry: { on: ["connect"], perTry: "2s" } });
    expect(status(await world.ask(never))).toBe(200);
  });

  it("counts against the origin", async () => {
    const world = new World((origin) => (origin === "a" ? { afterMs: 60_000 } : ok));
    await world.ask(pool);
    await world.ask(pool);
    expect(world.seen.map(({ origin }) => origin)).toEqual(["a", "b", "b"]);
  });
});
