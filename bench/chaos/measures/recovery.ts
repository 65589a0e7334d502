// When does an origin answer again after its trouble, and when does it have its usual share again? Pure.
import type { Outcome } from "../load/outcome.ts";
import { TERMS } from "../terms.ts";
import type { Measured } from "./measures.ts";
import type { Played } from "./played.ts";

/** One of three. */
const USUAL_SHARE = 1 / 3;
/** Chance alone moves the share of 300 requests by less than this. */
const NEARLY = 0.8;
const WINDOW_MS = 2_000;
const STEP_MS = 250;

export function recovery({ outcomes, endedAt }: Omit<Played, "received">, victim: string): Measured {
  const after = outcomes.filter(
    ({ sentAt, end, origin }) => sentAt >= endedAt && end === "good" && origin !== undefined,
  );
  const its = after.filter(({ origin }) => origin === victim);
  if (its.length === 0) return { firstAnswer: null };
  const firstAt = Math.min(...its.map(({ sentAt }) => sentAt));
  const share = usualShare(after, victim, firstAt);
  const lastAt = Math.max(...after.map(({ sentAt }) => sentAt));
  const isLongEnough = lastAt - firstAt >= TERMS.slowStartMs + WINDOW_MS; // a shorter run cannot say that it took too long
  return {
    firstAnswer: firstAt - endedAt,
    ...((share !== null || isLongEnough) && { usualShare: share }),
  };
}

/** How long after its first answer does the first window begin in which it has nearly its share? */
function usualShare(after: readonly Outcome[], victim: string, firstAt: number): number | null {
  const lastAt = Math.max(...after.map(({ sentAt }) => sentAt));
  for (let from = firstAt; from + WINDOW_MS <= lastAt; from += STEP_MS) {
    const within = after.filter(({ sentAt }) => sentAt >= from && sentAt < from + WINDOW_MS);
    const share = within.filter(({ origin }) => origin === victim).length / within.length;
    if (share >= USUAL_SHARE * NEARLY) return from - firstAt;
  }
  return null;
}
