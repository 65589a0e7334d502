// An origin that fails is often the fastest one: it refuses a connection or says 500 at once. By its latency alone it would attract all
// requests. The algorithm, the moving average and what a failure counts as, together, in virtual time. Nothing is ejected here: the
// algorithm has to be able to do without that.
import { describe, expect, it } from "vitest";
import { latency } from "../../../../worker/balancing/algorithms/latency.ts";
import { latencyAt, type PeakLatency, withLatency } from "../../../../worker/balancing/load/peak-latency.ts";
import { type Attempted, latencyShown, verdictOn } from "../../../../worker/balancing/retry.ts";
import { seededRandom } from "../../../support/seeded-random.ts";
import { aPool } from "../a-pool.ts";
import { candidates, type TestCandidate } from "./candidates.ts";

const pool = aPool({ a: {}, b: {}, c: {} }, { retry: { on: ["connect", "timeout", 500, 503] } });
const among = candidates({ a: 1, b: 1, c: 1 });

const GOOD: Ending = { ms: 20, attempted: { kind: "status", status: 200 } };
const REFUSED: Ending = { ms: 1, attempted: { kind: "failure", failure: { kind: "connect", message: "" } } };
const SAYS_500: Ending = { ms: 1, attempted: { kind: "status", status: 500 } };
const SILENT: Ending = {
  ms: 2_000,
  attempted: { kind: "failure", failure: { kind: "timeout", afterMs: 2_000 } },
};

interface Ending {
  readonly ms: number;
  readonly attempted: Attempted;
}

/** A request every 5 ms, each under way until it has ended. */
class Traffic {
  now = 0;
  readonly #seen = new Map<string, { latency: PeakLatency | undefined; inFlight: number }>();
  #underWay: { readonly id: string; readonly endsAt: number; readonly ending: Ending }[] = [];
  readonly #random = seededRandom(23);

  /** The share of each origin of the requests of so many seconds, while c ends them like this. */
  pass(seconds: number, ofC: Ending): Readonly<Record<string, number>> {
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    const requests = seconds * 200;
    for (let request = 0; request < requests; request++) {
      this.now += 5;
      this.#end();
      const { origin } = latency(among, (one) => this.#lookAt(one), this.#random) ?? {
        origin: { id: "none" },
      };
      counts[origin.id] = (counts[origin.id] ?? 0) + 1 / requests;
      this.#of(origin.id).inFlight++;
      const ending = origin.id === "c" ? ofC : GOOD;
      this.#underWay.push({ id: origin.id, endsAt: this.now + ending.ms, ending });
    }
    return counts;
  }

  #end(): void {
    for (const { id, endsAt, ending } of this.#underWay.filter((one) => one.endsAt <= this.now)) {
      const seen = this.#of(id);
      seen.inFlight--;
      const shown = latencyShown(ending.attempted, verdictOn(pool, ending.attempted), ending.ms);
      if (shown !== undefined) seen.latency = withLatency(seen.latency, shown, endsAt);
    }
    this.#underWay = this.#underWay.filter((one) => one.endsAt > this.now);
  }

  #lookAt({ origin }: TestCandidate) {
    const { latency: seen, inFlight } = this.#of(origin.id);
    return { inFlight, latencyMs: latencyAt(seen, this.now) };
  }

  #of(id: string) {
    const seen = this.#seen.get(id) ?? { latency: undefined, inFlight: 0 };
    this.#seen.set(id, seen);
    return seen;
  }
}

describe("an origin of three under `latency`", () => {
  it("has a third while all are as fast", () => {
    const shares = new Traffic().pass(60, GOOD);
    for (const id of ["a", "b", "c"]) expect(Math.abs((shares[id] ?? 0) - 1 / 3)).toBeLessThan(0.05);
  });

  for (const [how, ending] of Object.entries({
    refuses: REFUSED,
    "says 500": SAYS_500,
    "is silent": SILENT,
  })) {
    it(`gets close to nothing while it ${how}, and its share back within two minutes after`, () => {
      const traffic = new Traffic();
      traffic.pass(30, GOOD);
      const failing = traffic.pass(300, ending);
      expect(failing.c).toBeGreaterThan(0); // it is looked at now and then
      expect(failing.c).toBeLessThan(0.002);
      expect(Math.abs((failing.a ?? 0) - (failing.b ?? 0))).toBeLessThan(0.05);
      traffic.pass(120, GOOD);
      const after = traffic.pass(60, GOOD);
      expect(Math.abs((after.c ?? 0) - 1 / 3)).toBeLessThan(0.05);
    });
  }
});
