// What is believed of the origins of a pool after an event at one of them? How many may be ejected, and what the end of an outage of
// all means for the others.
import { afterBody, afterEnd, afterSent, onProbation } from "./next-standing.ts";
import type { Pool } from "./pool.ts";
import type { BodyEnd, Ended, Remembered } from "./standing.ts";

/** By the id of the origin. One that is plainly good is absent. */
export type PoolStandings = ReadonlyMap<string, Remembered>;

export type OriginEvent =
  /** A request is sent to an origin that is out. `withinMs`: one of which nothing is heard for so long is lost. */
  | { readonly kind: "sent"; readonly origin: string; readonly at: number; readonly withinMs: number }
  /** Probes have found it good, after it was ejected. */
  | { readonly kind: "found-good"; readonly origin: string; readonly at: number }
  | ({ readonly kind: "ended"; readonly origin: string } & Ended)
  | ({ readonly kind: "body-ended"; readonly origin: string } & BodyEnd);

export const ALL_GOOD: PoolStandings = new Map();

type ObservedPool = Pick<Pool, "origins" | "inService" | "outlier">;

/** Returns what it was given if nothing has changed. An event at an origin that the pool does not have changes nothing. */
export function observe(standings: PoolStandings, event: OriginEvent, pool: ObservedPool): PoolStandings {
  const before = standings.get(event.origin);
  if (before === undefined && !isFailure(event)) return standings;
  if (!pool.origins.some(({ id }) => id === event.origin)) return standings;
  const after = afterEvent(before, event, standings, pool);
  if (after === before) return standings;
  const next = new Map(standings);
  if (after === undefined) next.delete(event.origin);
  else next.set(event.origin, after);
  if (before?.kind === "out" && after?.kind !== "out" && outIn(standings, pool) === pool.inService.length)
    tryAll(next, event.at);
  return next;
}

function afterEvent(
  before: Remembered | undefined,
  event: OriginEvent,
  standings: PoolStandings,
  pool: ObservedPool,
): Remembered | undefined {
  switch (event.kind) {
    case "sent":
      return afterSent(before, event.at, event.withinMs);
    case "found-good":
      return before?.kind === "out" && before.since < event.at ? onProbation(before, event.at) : before;
    case "ended":
      return afterEnd(before, event, pool.outlier, aroundOf(standings, event.origin, pool));
    case "body-ended":
      return afterBody(before, event, pool.outlier, aroundOf(standings, event.origin, pool));
  }
}

/** Whether the request that was sent then is the one that tries the origin out. */
export function isTrial(standings: PoolStandings, origin: string, sentAt: number): boolean {
  const remembered = standings.get(origin);
  return remembered?.kind === "out" && remembered.trial?.sentAt === sentAt;
}

const isFailure = (event: OriginEvent): boolean =>
  event.kind === "body-ended"
    ? event.how === "cut"
    : event.kind === "ended" && (event.outcome === "failed" || event.outcome === "answered-badly");

function aroundOf(standings: PoolStandings, origin: string, pool: ObservedPool) {
  const others = pool.inService.filter(({ id }) => id !== origin);
  return {
    mayEject: mayEjectOneMore(outIn(standings, pool), pool.inService.length, pool.outlier.maxEjected),
    othersServe: others.some(({ id }) => standings.get(id)?.kind !== "out"),
  };
}

/** Those that are on probation are out too, until they have answered well. */
const outIn = (standings: PoolStandings, { inService }: ObservedPool): number =>
  inService.filter(({ id }) => standings.get(id)?.kind === "out").length;

/**
 * Judged by what would be out afterwards. Of two origins or more, one may always be ejected, as in Envoy: 30 % of three would be none,
 * and the rules would silently do nothing. 0 % ejects none.
 */
export function mayEjectOneMore(out: number, inService: number, maxEjected: number): boolean {
  const most = Math.floor(inService * maxEjected);
  return out + 1 <= (inService > 1 && maxEjected > 0 ? Math.max(1, most) : most);
}

/**
 * All were out, and one is back: the reason may have been one for all of them, as when the network was away. The others get their
 * trial at once, so that the first one does not carry everything until their time is over.
 */
function tryAll(standings: Map<string, Remembered>, at: number): void {
  for (const [origin, remembered] of standings) {
    if (remembered.kind === "out") standings.set(origin, onProbation(remembered, at));
  }
}
