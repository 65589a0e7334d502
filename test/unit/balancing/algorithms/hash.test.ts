import { describe, expect, it } from "vitest";
import { byHash } from "../../../../worker/balancing/algorithms/hash.ts";
import { candidates, sharesOf, type TestCandidate } from "./candidates.ts";

const KEYS = 40_000;
const keyOf = (request: number) => `/assets/${request}.js?v=${request % 7}`;
const pickFor = (among: readonly TestCandidate[], request: number) => byHash(among, keyOf(request));

/** The share of the keys that go to another origin afterwards. */
const moved = (before: readonly TestCandidate[], after: readonly TestCandidate[]): number =>
  sharesOf(KEYS, (request) => {
    const same = pickFor(before, request)?.origin.id === pickFor(after, request)?.origin.id;
    return { origin: { id: same ? "same" : "moved", hash: 0 }, weight: 1 };
  }).moved ?? 0;

describe("rendezvous hashing", () => {
  it("shares keys by weight, within 1.5 %", () => {
    for (const weights of [
      { a: 1, b: 1 },
      { a: 3, b: 1 },
      { a: 5, b: 3, c: 2 },
      { "web-01": 1, "web-02": 1, "web-03": 1, "web-04": 1, "web-05": 1 },
      { fra: 0.5, iad: 0.25, sin: 0.25 },
    ]) {
      const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      const shares = sharesOf(KEYS, (request) => pickFor(candidates(weights), request));
      for (const [id, weight] of Object.entries(weights))
        expect(
          Math.abs((shares[id] ?? 0) - weight / total),
          `${id} of ${JSON.stringify(weights)}`,
        ).toBeLessThan(0.015);
    }
  });

  it("picks the same origin for a key in any order of the origins", () => {
    const among = candidates({ a: 1, b: 2, c: 3, d: 4 });
    for (let request = 0; request < 500; request++)
      expect(pickFor(among.toReversed(), request)).toBe(pickFor(among, request));
  });

  // nginx-tests, upstream_hash.t ("consistent"); haproxy, reg-tests/balance/balance-hash*.vtc; envoy, MaglevLoadBalancerTest.
  it.each([2, 3, 5, 10])(
    "of %i origins: one that leaves or joins moves at most 1/n + 2 %% of the keys",
    (count) => {
      const all = candidates(Object.fromEntries(Array.from({ length: count }, (_, at) => [`o${at}`, 1])));
      for (let gone = 0; gone < count; gone++) {
        const left = all.filter((_, at) => at !== gone);
        expect(moved(all, left)).toBeLessThanOrEqual(1 / count + 0.02);
        expect(moved(left, all)).toBeLessThanOrEqual(1 / count + 0.02);
      }
    },
  );

  it("moves only the keys of the origin that leaves, to all of the others", () => {
    const all = candidates({ a: 1, b: 1, c: 1, d: 1 });
    const left = all.filter(({ origin }) => origin.id !== "d");
    const of = sharesOf(KEYS, (request) => {
      const before = pickFor(all, request);
      const after = pickFor(left, request);
      if (before?.origin.id !== "d") expect(after).toBe(before);
      return before?.origin.id === "d" ? after : undefined;
    });
    for (const id of ["a", "b", "c"]) expect((of[id] ?? 0) / (1 - (of.none ?? 0))).toBeCloseTo(1 / 3, 1);
  });

  it("moves only keys to an origin whose weight grows", () => {
    const before = candidates({ a: 1, b: 1, c: 1 });
    const after = candidates({ a: 2, b: 1, c: 1 });
    for (let request = 0; request < 2_000; request++) {
      const now = pickFor(after, request);
      if (now?.origin.id !== "a") expect(now?.origin.id).toBe(pickFor(before, request)?.origin.id);
    }
    expect(moved(before, after)).toBeLessThan(0.5 - 1 / 3 + 0.02);
  });

  it("tells keys apart that differ in one character, and spreads keys that are alike", () => {
    const among = candidates({ a: 1, b: 1, c: 1, d: 1 });
    const shares = sharesOf(4_000, (request) => byHash(among, `10.0.${request >> 8}.${request & 255}`));
    for (const id of ["a", "b", "c", "d"]) expect(Math.abs((shares[id] ?? 0) - 0.25)).toBeLessThan(0.03);
  });

  it("takes an empty key and a very long one", () => {
    const among = candidates({ a: 1, b: 1 });
    expect(byHash(among, "")).toBe(byHash(among, ""));
    expect(byHash(among, "x".repeat(100_000))).toBe(byHash(among, "x".repeat(100_000)));
    expect(byHash([], "x")).toBeUndefined();
  });
});

describe("bounded load", () => {
  const among = candidates({ a: 2, b: 1, c: 1 });

  // envoy: BoundedLoadHashingLoadBalancerTest; haproxy: hash-balance-factor.
  it.each([1.05, 1.25, 2])("keeps every origin below its share times %d, however hot a key is", (factor) => {
    const busy = new Map<string, number>();
    const inFlight = ({ origin }: TestCandidate) => busy.get(origin.id) ?? 0;
    for (let request = 1; request <= 1_000; request++) {
      const picked = byHash(among, "the hot key", { factor, inFlight });
      expect(picked).toBeDefined();
      if (!picked) continue;
      busy.set(picked.origin.id, inFlight(picked) + 1);
      expect(inFlight(picked)).toBeLessThanOrEqual(Math.ceil((factor * request * picked.weight) / 4));
    }
  });

  it("changes nothing as long as there is room", () => {
    for (let request = 0; request < 500; request++) {
      const bounded = byHash(among, keyOf(request), { factor: 1.25, inFlight: () => 0 });
      expect(bounded).toBe(pickFor(among, request));
    }
  });

  it("takes the next best for the key, so that its overflow stays together too", () => {
    const best = byHash(among, "k");
    const next = byHash(
      among.filter((one) => one !== best),
      "k",
    );
    const inFlight = (one: TestCandidate) => (one === best ? 100 : 0);
    expect(byHash(among, "k", { factor: 1.25, inFlight })).toBe(next);
  });
});
