// Whose turn it is in the pools with `balance: round-robin`. Each isolate takes turns by itself.
import { BoundedMap } from "../../shared/remember.ts";
import { NO_TURNS, type Turns } from "../balancing/algorithms/round-robin.ts";
import type { TurnMemory } from "../balancing/pick.ts";

/** A pool that is forgotten begins anew with an origin drawn by weight. */
const MAX_POOLS = 1_000;

export function isolateTurns(): TurnMemory {
  const pools = new BoundedMap<Turns>(MAX_POOLS);
  return {
    of: ({ turnsKey }) => pools.get(turnsKey) ?? NO_TURNS,
    keep: ({ turnsKey }, turns) => pools.set(turnsKey, turns),
  };
}
