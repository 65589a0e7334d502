// What do the counts of a site say? Rates and shares, for people. Pure.
import { BOUNDS_MS, type Counts, isFailedOutcome, SUM_AT } from "../../worker/keeping/counts.ts";
import type { Recent } from "../../worker/keeping/ledger.ts";

export interface Figures {
  readonly overSeconds: number;
  readonly total: Row;
  /** The busiest first. */
  readonly routes: readonly (Row & { readonly route: string })[];
  readonly origins: readonly OriginRow[];
  readonly refusals: readonly { readonly reason: string; readonly count: number }[];
  /** So long at most did that share of the requests take; null if it was longer than all bounds, or if there were none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface Row {
  readonly count: number;
  readonly perSecond: number;
  /** From 0 to 1, of the requests that asked the cache; null if none did. */
  readonly hitShare: number | null;
  /** From 0 to 1; null without requests. */
  readonly errorShare: number | null;
}

export interface OriginRow {
  readonly pool: string;
  readonly origin: string;
  readonly attempts: number;
  readonly perSecond: number;
  /** Of the attempts: those without a response, and those with 5xx. */
  readonly failedShare: number;
}

interface Part {
  readonly count: number;
  readonly route: string;
  readonly cache: string;
  readonly status: string;
}

export function figuresOf({ counts, overMs }: Recent): Figures {
  const overSeconds = overMs / 1_000;
  const parts = Object.entries(counts.requests).map(([key, count]): Part => {
    const [route = "", cache = "", status = ""] = key.split(" ");
    return { count, route, cache, status };
  });
  const routes = [...Map.groupBy(parts, ({ route }) => route)].map(([route, some]) => ({
    route,
    ...rowOf(some, overSeconds),
  }));
  return {
    overSeconds,
    total: rowOf(parts, overSeconds),
    routes: routes.toSorted((one, other) => other.count - one.count),
    origins: originsOf(counts, overSeconds),
    refusals: Object.entries(counts.refusals)
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((one, other) => other.count - one.count),
    p50Ms: boundOf(counts, 0.5),
    p95Ms: boundOf(counts, 0.95),
  };
}

function rowOf(parts: readonly Part[], overSeconds: number): Row {
  const sumOf = (isMeant: (part: Part) => boolean) =>
    parts.reduce((sum, part) => sum + (isMeant(part) ? part.count : 0), 0);
  const count = sumOf(() => true);
  const asked = sumOf(({ cache }) => cache !== "none");
  return {
    count,
    perSecond: rate(count, overSeconds),
    hitShare: asked === 0 ? null : sumOf(({ cache }) => cache === "hit") / asked,
    errorShare: count === 0 ? null : sumOf(({ status }) => status === "5xx") / count,
  };
}

function originsOf({ attempts }: Counts, overSeconds: number): OriginRow[] {
  const parts = Object.entries(attempts).map(([key, count]) => {
    const [pool = "", origin = "", , outcome = ""] = key.split(" ");
    return { pool, origin, count, isFailed: isFailedOutcome(outcome) };
  });
  return [...Map.groupBy(parts, ({ pool, origin }) => `${pool}/${origin}`).values()]
    .map((some) => {
      const { pool = "", origin = "" } = some[0] ?? {};
      const all = some.reduce((sum, { count }) => sum + count, 0);
      const failed = some.reduce((sum, { count, isFailed }) => sum + (isFailed ? count : 0), 0);
      return { pool, origin, attempts: all, perSecond: rate(all, overSeconds), failedShare: failed / all };
    })
    .toSorted((one, other) => other.attempts - one.attempts);
}

const rate = (count: number, overSeconds: number): number => (overSeconds === 0 ? 0 : count / overSeconds);

/** The histogram tells between which bounds a duration was, and no more. */
function boundOf({ durations }: Counts, share: number): number | null {
  const buckets = BOUNDS_MS.map((_, at) =>
    Object.values(durations).reduce((sum, histogram) => sum + (histogram[at] ?? 0), 0),
  );
  const all = Object.values(durations).reduce(
    (sum, histogram) => sum + histogram.slice(0, SUM_AT).reduce((a, b) => a + b, 0),
    0,
  );
  let seen = 0;
  const at = buckets.findIndex((count) => {
    seen += count;
    return seen > 0 && seen >= share * all;
  });
  return BOUNDS_MS[at] ?? null;
}
