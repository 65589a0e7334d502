// What is believed of an origin, in one word, and why? From the belief by which live traffic chooses.
import type { OriginBelieved } from "../../shared/explain.ts";
import { type Belief, beliefIn, type Known, weightOf } from "../balancing/candidates.ts";
import type { Origin, Pool } from "../balancing/pool.ts";

export function explainBelief(pool: Pool, origin: Origin, known: Known, now: number): OriginBelieved {
  const belief = beliefIn(pool, origin, known, now);
  return { origin: origin.id, ...inOneWord(belief), weight: weightOf(origin, belief) };
}

/** The strongest is said. */
function inOneWord({ standing, told }: Belief): Omit<OriginBelieved, "origin" | "weight"> {
  if (told?.drained) return { standing: "drained", ...NO_REASON };
  if (told?.down)
    return { standing: "down", because: told.down.because, since: told.down.since, until: null };
  if (standing.kind === "good") return { standing: standing.share < 1 ? "returning" : "good", ...NO_REASON };
  const { kind, because, since, until } = standing;
  return { standing: kind, because, since, until: kind === "ejected" ? until : null };
}

const NO_REASON = { because: null, since: null, until: null };
