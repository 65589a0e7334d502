// Attempts that the platform would refuse. Peers: Cloudflare Workers ("Too many subrequests by single Worker invocation"), Fastly Compute
// (32 backend requests), Akamai EdgeWorkers (sub-requests per event handler): none of them tells a proxy before it happens.
import { describe, expect, it } from "vitest";
import { KEPT_BACK } from "../../../shared/subrequests.ts";
import { Subrequests } from "../../../worker/balancing/subrequests.ts";
import { aPool } from "./a-pool.ts";
import { World } from "./a-world.ts";

const six = (attempts: number, more: object = {}) =>
  aPool({ a: {}, b: {}, c: {}, d: {}, e: {}, f: {} }, { retry: { attempts, on: [503] }, ...more });
const busy = () => ({ afterMs: 1, status: 503 });
const allowed = (count: number, isStated: boolean) => new Subrequests({ most: count + KEPT_BACK, isStated });

describe("a request that may start only so many subrequests", () => {
  it("makes no retry that it cannot have, passes on the answer that there is, and says why", async () => {
    const world = new World(busy, () => 0, allowed(3, false));
    const { result, sending } = await world.ask(six(6));
    expect([result.ok && result.value.status, world.seen.length, sending.stoppedBy]).toEqual([
      503,
      3,
      "subrequests-used-up",
    ]);
  });

  it("makes all that it can have", async () => {
    const world = new World(busy, () => 0, allowed(6, true));
    const { sending } = await world.ask(six(6));
    expect([world.seen.length, sending.stoppedBy]).toEqual([6, "attempts-used-up"]);
  });

  it("makes no hedge that it cannot have", async () => {
    const hedging = { hedge: { after: "50ms" }, retry: { attempts: 3 } } as const;
    const slow = () => ({ afterMs: 200 });
    const one = new World(slow, () => 0, allowed(1, false));
    await one.ask(aPool({ a: {}, b: {} }, hedging));
    const two = new World(slow, () => 0, allowed(2, false));
    await two.ask(aPool({ a: {}, b: {} }, hedging));
    expect([one.seen.length, two.seen.length]).toEqual([1, 2]);
  });

  it("draws from one number, however many times it sends", async () => {
    const world = new World(busy, () => 0, allowed(4, false));
    await world.ask(six(3));
    await world.ask(six(3));
    expect(world.seen).toHaveLength(4);
  });
});

describe("a request that has used up what it may start", () => {
  it("still tries the first origin if nobody has said what the plan allows", async () => {
    const world = new World(
      () => ({ afterMs: 1 }),
      () => 0,
      allowed(0, false),
    );
    expect((await world.ask(six(3))).result.ok).toBe(true);
  });

  it("asks nobody if the operator has said it, and holds nothing against the origin", async () => {
    const world = new World(busy, () => 0, allowed(0, true));
    const pool = six(3, { breaker: { inFlight: 1 } });
    for (let n = 0; n < 5; n++) {
      const { result, sending } = await world.ask(pool);
      expect([result.ok || result.error.reason, sending.stoppedBy]).toEqual([
        "origin-unreachable",
        "not-retryable",
      ]);
      expect(sending.attempts.map(({ attempted }) => attempted)).toEqual([
        { kind: "failure", failure: { kind: "too-many-subrequests" } },
      ]);
    }
    expect(world.seen).toEqual([]);
  });
});
