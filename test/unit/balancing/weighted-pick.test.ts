import { describe, expect, it } from "vitest";
import { chooseOrigin } from "../../../worker/balancing/choose.ts";
import { ALL_GOOD } from "../../../worker/balancing/pool-standing.ts";
import { NO_ORIGINS_TOLD } from "../../../worker/keeping/origins-told.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";
import { facts } from "./facts.ts";

const DRAWS = 100_000;
const NONE = new Set<string>();
const NOTHING = { seen: ALL_GOOD, told: NO_ORIGINS_TOLD };

function countPicks(weights: Record<string, number>, seed: number): Map<string, number> {
  const pool = aPool(Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, { weight }])));
  const random = seededRandom(seed);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const origin = chooseOrigin(pool, {
      known: NOTHING,
      tried: NONE,
      now: 0,
      mayTry: true,
      ...facts(random),
    });
    counts.set(origin?.id ?? "none", (counts.get(origin?.id ?? "none") ?? 0) + 1);
  }
  return counts;
}

/** Pearson's: how far the counts are from the weights. */
function chiSquare(weights: Record<string, number>, counts: Map<string, number>): number {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return Object.entries(weights).reduce((sum, [id, weight]) => {
    const expected = (DRAWS * weight) / total;
    return sum + ((counts.get(id) ?? 0) - expected) ** 2 / expected;
  }, 0);
}

describe("weighted random selection", () => {
  // The critical value at p = 0.001 for (origins − 1) degrees of freedom.
  const cases: [Record<string, number>, number][] = [
    [{ a: 1, b: 1 }, 10.83],
    [{ a: 3, b: 1 }, 10.83],
    [{ a: 5, b: 3, c: 2 }, 13.82],
    [{ a: 0.5, b: 0.25, c: 0.25 }, 13.82],
    [{ a: 1000, b: 1, c: 1, d: 1 }, 16.27],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 }, 24.32],
  ];
  for (const [weights, critical] of cases) {
    for (const seed of [1, 20_261_124, 987_654_321]) {
      it(`matches ${JSON.stringify(weights)} (seed ${seed})`, () => {
        const counts = countPicks(weights, seed);
        expect([...counts.keys()].sort()).toEqual(Object.keys(weights));
        expect(chiSquare(weights, counts)).toBeLessThan(critical);
      });
    }
  }

  it("would fail the same statistic where the weights were ignored", () => {
    const counts = countPicks({ a: 1, b: 1 }, 1);
    expect(chiSquare({ a: 1.05, b: 1 }, counts)).toBeGreaterThan(10.83);
  });

  it("gives each origin its part of [0, 1), the ends included", () => {
    const pool = aPool({ a: { weight: 3 }, b: { weight: 1 } });
    const pick = (random: number) =>
      chooseOrigin(pool, { known: NOTHING, tried: NONE, now: 0, mayTry: true, ...facts(() => random) })?.id;
    expect([0, 0.7499999, 0.75, 0.9999999].map(pick)).toEqual(["a", "a", "b", "b"]);
    expect(pick(1)).toBe("b"); // no random number is 1; rounding may come close
  });
});
