import { describe, expect, it } from "vitest";
import { EQUALLY_FAST, latency } from "../../../../worker/balancing/algorithms/latency.ts";
import { leastRequests } from "../../../../worker/balancing/algorithms/least-requests.ts";
import { twoChoices } from "../../../../worker/balancing/algorithms/two-choices.ts";
import { seededRandom } from "../../../support/seeded-random.ts";
import { candidates, sharesOf, type TestCandidate } from "./candidates.ts";

const REQUESTS = 20_000;

describe("two choices", () => {
  // envoy: LeastRequestLoadBalancerTest draws with replacement. Traefik's p2c suite asks for two different servers.
  it("are always two different origins", () => {
    const random = seededRandom(3);
    for (const weights of [
      { a: 1, b: 1 },
      { a: 100, b: 1 },
      { a: 1, b: 2, c: 3 },
    ]) {
      for (let draw = 0; draw < 5_000; draw++) {
        const [first, second] = twoChoices(candidates(weights), random);
        expect(second).toBeDefined();
        expect(second).not.toBe(first);
      }
    }
  });

  it("draw the second by weight too", () => {
    const random = seededRandom(5);
    const among = candidates({ a: 6, b: 3, c: 1 });
    const afterA: TestCandidate[] = [];
    for (let draw = 0; draw < REQUESTS; draw++) {
      const [first, second] = twoChoices(among, random);
      if (first?.origin.id === "a" && second) afterA.push(second);
    }
    const shares = sharesOf(afterA.length, (at) => afterA[at]);
    expect(shares.b).toBeCloseTo(0.75, 1);
    expect(shares.c).toBeCloseTo(0.25, 1);
  });

  it("are fewer where there are fewer", () => {
    const [only] = candidates({ a: 1 });
    expect(twoChoices(candidates({ a: 1 }), () => 0)).toEqual([only, undefined]);
    expect(twoChoices([], () => 0)).toEqual([undefined, undefined]);
  });

  it("reach the last origin, whatever rounding does", () => {
    const among = candidates({ a: 0.1, b: 0.2, c: 0.3 });
    expect(twoChoices(among, () => 1 - Number.EPSILON).map((one) => one?.origin.id)).toEqual(["c", "b"]);
  });
});

/** Requests that stay for so many further requests, and what is under way at each origin meanwhile. */
function underLoad(
  weights: Record<string, number>,
  staysFor: (id: string) => number,
  pick: (inFlight: (one: TestCandidate) => number) => TestCandidate | undefined,
) {
  const ends = new Map<number, string[]>();
  const busy = new Map(Object.keys(weights).map((id) => [id, 0]));
  const shares = sharesOf(REQUESTS, (request) => {
    for (const id of ends.get(request) ?? []) busy.set(id, (busy.get(id) ?? 0) - 1);
    ends.delete(request);
    const picked = pick(({ origin }) => busy.get(origin.id) ?? 0);
    if (picked) {
      const { id } = picked.origin;
      busy.set(id, (busy.get(id) ?? 0) + 1);
      const end = request + staysFor(id);
      ends.set(end, [...(ends.get(end) ?? []), id]);
    }
    return picked;
  });
  return { shares, busy };
}

describe("least requests", () => {
  it("shares an idle pool by weight, within 2 %", () => {
    const random = seededRandom(11);
    const among = candidates({ a: 3, b: 1, c: 1 });
    const shares = sharesOf(REQUESTS, () => leastRequests(among, () => 0, random));
    expect(Math.abs((shares.a ?? 0) - 0.6)).toBeLessThan(0.02);
    expect(Math.abs((shares.b ?? 0) - 0.2)).toBeLessThan(0.02);
  });

  it("shares a busy pool by weight, within 2 %", () => {
    const random = seededRandom(13);
    const weights = { a: 3, b: 1 };
    const { shares } = underLoad(
      weights,
      () => 40,
      (inFlight) => leastRequests(candidates(weights), inFlight, random),
    );
    expect(Math.abs((shares.a ?? 0) - 0.75)).toBeLessThan(0.02);
  });

  // The promise of the algorithm: HAProxy's leastconn and Envoy's LEAST_REQUEST send less to who is slow.
  it("keeps a slow origin no busier than the others, so it gets fewer requests", () => {
    const random = seededRandom(17);
    const weights = { slow: 1, b: 1, c: 1 };
    const { shares, busy } = underLoad(
      weights,
      (id) => (id === "slow" ? 100 : 10),
      (inFlight) => leastRequests(candidates(weights), inFlight, random),
    );
    expect(shares.slow).toBeLessThan(0.1);
    expect(busy.get("slow")).toBeLessThan(3 * Math.max(busy.get("b") ?? 0, busy.get("c") ?? 0, 1));
  });

  it("never picks the busier of two", () => {
    const among = candidates({ a: 1, b: 1 });
    const random = seededRandom(19);
    const busy = ({ origin }: TestCandidate) => (origin.id === "a" ? 5 : 4);
    expect(sharesOf(1_000, () => leastRequests(among, busy, random)).b).toBeCloseTo(1, 9);
  });

  it("measures how busy one is by its weight", () => {
    const among = candidates({ big: 10, small: 1 });
    const random = seededRandom(23);
    const busy = ({ origin }: TestCandidate) => (origin.id === "big" ? 9 : 1);
    expect(sharesOf(1_000, () => leastRequests(among, busy, random)).big).toBeCloseTo(1, 9);
  });
});

describe("latency", () => {
  const seeing =
    (ms: Record<string, number | undefined>, inFlight: Record<string, number> = {}) =>
    ({ origin }: TestCandidate) => ({ inFlight: inFlight[origin.id] ?? 0, latencyMs: ms[origin.id] });

  it("leaves the slowest of three out", () => {
    const random = seededRandom(29);
    const among = candidates({ a: 1, b: 1, slow: 1 });
    const shares = sharesOf(REQUESTS, () => latency(among, seeing({ a: 20, b: 20, slow: 200 }), random));
    expect(shares.slow).toBeUndefined();
    expect(Math.abs((shares.a ?? 0) - 0.5)).toBeLessThan(0.02);
  });

  it("shares equally fast origins by weight, within 2 %", () => {
    const random = seededRandom(31);
    const among = candidates({ a: 3, b: 1 });
    const shares = sharesOf(REQUESTS, () => latency(among, seeing({ a: 100, b: 101 }), random));
    expect(Math.abs((shares.a ?? 0) - 0.75)).toBeLessThan(0.02);
  });

  it("counts the wait for what is under way", () => {
    const random = seededRandom(37);
    const among = candidates({ fast: 1, slow: 1 });
    const seen = seeing({ fast: 10, slow: 50 }, { fast: 9 });
    expect(sharesOf(1_000, () => latency(among, seen, random)).slow).toBeCloseTo(1, 9);
  });

  it("tries an idle origin that nothing is known of, but does not pile requests on it", () => {
    const among = candidates({ known: 1, fresh: 1 });
    const random = seededRandom(41);
    const idle = sharesOf(1_000, () => latency(among, seeing({ known: 10 }), random));
    expect(idle.fresh).toBeCloseTo(1, 9);
    const tried = sharesOf(1_000, () => latency(among, seeing({ known: 10 }, { fresh: 1 }), random));
    expect(tried.known).toBeCloseTo(1, 9);
  });

  it("does not follow a difference that is less than its threshold", () => {
    const among = candidates({ a: 1, b: 1 });
    const ahead = (factor: number) =>
      sharesOf(1_000, () => latency(among, seeing({ a: 100 * factor, b: 100 }), seededRandom(43)));
    expect(ahead(EQUALLY_FAST * 0.99).a).toBeGreaterThan(0);
    const random = seededRandom(47);
    const beyond = sharesOf(1_000, () =>
      latency(among, seeing({ a: 100 * EQUALLY_FAST * 1.01, b: 100 }), random),
    );
    expect(beyond.b).toBeCloseTo(1, 9);
  });
});
