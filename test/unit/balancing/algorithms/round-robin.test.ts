import { describe, expect, it } from "vitest";
import { NO_TURNS, nextInTurn, type Turns } from "../../../../worker/balancing/algorithms/round-robin.ts";
import { seededRandom } from "../../../support/seeded-random.ts";
import { candidates, sharesOf, type TestCandidate } from "./candidates.ts";

/** Goes on from turn to turn. */
function aRound(start: Turns = NO_TURNS, random: () => number = () => 0) {
  let turns = start;
  return (among: readonly TestCandidate[]) => {
    const step = nextInTurn(turns, among, random);
    turns = step.turns;
    return step.picked;
  };
}

const ids = (count: number, next: () => TestCandidate | undefined) =>
  Array.from({ length: count }, () => next()?.origin.id).join(" ");

describe("smooth weighted round robin", () => {
  // The order of nginx's own commit message ("Upstream: smooth weighted round-robin balancing"), from the state after a turn of a.
  it("spreads the turns of a heavy origin", () => {
    const next = aRound();
    expect(ids(14, () => next(candidates({ a: 5, b: 1, c: 1 })))).toBe("a a b a c a a a a b a c a a");
  });

  // nginx-tests, upstream.t and balancer suites of Caddy and Traefik: equal weights take turns.
  it("takes equal origins in turn, each once a round", () => {
    const next = aRound();
    expect(ids(6, () => next(candidates({ a: 1, b: 1, c: 1 })))).toBe("a b c a b c");
  });

  it("gives each origin exactly its share of every round", () => {
    for (const weights of [
      { a: 3, b: 1 },
      { a: 5, b: 3, c: 2 },
      { a: 10, b: 1 },
    ]) {
      const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      for (const seed of [1, 2, 3]) {
        const next = aRound(NO_TURNS, seededRandom(seed));
        const shares = sharesOf(total * 50, () => next(candidates(weights)));
        for (const [id, weight] of Object.entries(weights)) expect(shares[id]).toBeCloseTo(weight / total, 9);
      }
    }
  });

  it("begins at random, by weight, so that isolates do not all begin with the same origin", () => {
    const random = seededRandom(7);
    const first = sharesOf(20_000, () => nextInTurn(NO_TURNS, candidates({ a: 3, b: 1 }), random).picked);
    expect(first.a).toBeCloseTo(0.75, 1);
    expect(first.b).toBeCloseTo(0.25, 1);
  });

  it("leaves the turn of an origin alone that cannot take it, and goes on with it later", () => {
    const next = aRound();
    const all = candidates({ a: 1, b: 1, c: 1 });
    const withoutB = all.filter(({ origin }) => origin.id !== "b");
    expect(ids(3, () => next(all))).toBe("a b c");
    expect(ids(4, () => next(withoutB))).toBe("a c a c");
    const later = sharesOf(300, () => next(all));
    for (const id of ["a", "b", "c"]) expect(later[id]).toBeCloseTo(1 / 3, 2);
  });

  it("follows a weight that changes, as in a slow start", () => {
    const next = aRound();
    sharesOf(100, () => next(candidates({ a: 1, b: 0.1 })));
    const grown = sharesOf(200, () => next(candidates({ a: 1, b: 1 })));
    expect(grown.a).toBeCloseTo(0.5, 1);
  });

  it("has no turn without a candidate, and forgets nothing", () => {
    const { turns } = nextInTurn(NO_TURNS, candidates({ a: 1, b: 1 }), () => 0);
    expect(nextInTurn(turns, [], () => 0)).toEqual({ picked: undefined, turns });
  });

  it("remembers no more than the origins that took part", () => {
    let turns = NO_TURNS;
    for (let turn = 0; turn < 1_000; turn++)
      turns = nextInTurn(turns, candidates({ a: 2, b: 1 }), () => 0).turns;
    expect([...turns.keys()]).toEqual(["a", "b"]);
  });
});
