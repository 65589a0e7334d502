// Which candidate does the pool's algorithm pick, and how likely is each? The algorithms themselves are in algorithms/.
import { byHash } from "./algorithms/hash.ts";
import { latency } from "./algorithms/latency.ts";
import { leastRequests } from "./algorithms/least-requests.ts";
import { nextInTurn, type Turns } from "./algorithms/round-robin.ts";
import { totalWeight, weighted } from "./algorithms/weighted.ts";
import { type Hashable, hashKeyOf } from "./hash-key.ts";
import type { Candidate, Pool } from "./pool.ts";

/** What an algorithm may look at. */
export interface Facts {
  /** In [0, 1). */
  readonly random: () => number;
  readonly turns: TurnMemory;
  readonly load: LoadSeen;
  /** Its key is computed only for a pool that hashes. */
  readonly request: Hashable;
}

/** How busy and how fast an origin is, by its `loadKey`. */
export interface LoadSeen {
  inFlight(originKey: string): number;
  latency(originKey: string): number | undefined;
}

/** Whose turn it is in the pools with `balance: round-robin`, as this isolate counts. */
export interface TurnMemory {
  of(pool: Pool): Turns;
  keep(pool: Pool, turns: Turns): void;
}

export function pick(pool: Pool, candidates: readonly Candidate[], facts: Facts): Candidate | undefined {
  switch (pool.balance) {
    case "weighted":
      return weighted(candidates, facts.random());
    case "first":
      return candidates[0];
    case "round-robin": {
      const { picked, turns } = nextInTurn(facts.turns.of(pool), candidates, facts.random);
      facts.turns.keep(pool, turns);
      return picked;
    }
    case "least-requests":
      return leastRequests(candidates, busyAs(facts), facts.random);
    case "latency": {
      const { load, random } = facts;
      const seen = ({ origin }: Candidate) => ({
        inFlight: load.inFlight(origin.loadKey),
        latencyMs: load.latency(origin.loadKey),
      });
      return latency(candidates, seen, random);
    }
    case "hash": {
      const key = keyOf(pool, facts.request);
      if (key === undefined) return weighted(candidates, facts.random());
      const factor = pool.hash?.bounded;
      return byHash(candidates, key, factor === undefined ? undefined : { factor, inFlight: busyAs(facts) });
    }
  }
}

const busyAs =
  ({ load }: Facts) =>
  ({ origin }: Candidate): number =>
    load.inFlight(origin.loadKey);

const keyOf = ({ hash }: Pool, request: Hashable): string | undefined =>
  hash ? hashKeyOf(hash.by, request) : undefined;

/** How likely each candidate is picked for this request, if nothing is under way. An origin that cannot be picked is left out. */
export function oddsOf(
  pool: Pool,
  candidates: readonly Candidate[],
  request: Hashable,
): readonly { readonly candidate: Candidate; readonly share: number }[] {
  const only = theOnly(pool, candidates, request);
  if (only) return [{ candidate: only, share: 1 }];
  const total = totalWeight(candidates);
  return candidates.map((candidate) => ({ candidate, share: candidate.weight / total }));
}

/** Undefined if chance, or what the isolate has counted, decides. */
function theOnly(pool: Pool, candidates: readonly Candidate[], request: Hashable): Candidate | undefined {
  if (pool.balance === "first") return candidates[0];
  const key = pool.balance === "hash" ? keyOf(pool, request) : undefined;
  return key === undefined ? undefined : byHash(candidates, key);
}
