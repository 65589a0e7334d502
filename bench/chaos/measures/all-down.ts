// What do clients see while no origin is there, and how soon is everything answered again? Pure.
import type { Measured } from "./measures.ts";
import type { Played } from "./played.ts";

/** Without a failure for this long, the service counts as normal. */
const CALM_MS = 1_000;

export function allDown({ outcomes, begunAt, endsAt, endedAt }: Omit<Played, "received">): Measured {
  const down = outcomes.filter(({ sentAt }) => sentAt >= begunAt && sentAt < endsAt);
  const fromCache = down.filter(({ kind, end }) => kind === "cached" && end === "good");
  const otherwise = down.filter((outcome) => outcome.status !== 503 && !fromCache.includes(outcome));
  return {
    getsOtherwise: otherwise.filter(({ kind }) => kind !== "post").length,
    postsOtherwise: otherwise.filter(({ kind }) => kind === "post").length,
    slowestWhileDown: Math.max(0, ...down.map(({ ms }) => ms)),
    fromCacheWhileDown: fromCache.length,
    normalService: normalService(outcomes, endedAt),
  };
}

function normalService(outcomes: Played["outcomes"], endedAt: number): number | null {
  const after = outcomes.filter(({ sentAt }) => sentAt >= endedAt);
  const lastAt = Math.max(endedAt, ...after.map(({ sentAt }) => sentAt));
  const lastFailure = Math.max(
    endedAt,
    ...after.filter(({ end }) => end !== "good").map(({ sentAt }) => sentAt),
  );
  return lastAt - lastFailure < CALM_MS ? null : lastFailure - endedAt;
}
