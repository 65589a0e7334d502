// What is counted of the requests of a site: sums by names, as plain JSON. Names are ids of the site and words of the edge, which
// have no spaces, so a space joins them to a key. The number of keys is bounded: what exceeds it is counted as `other`.

export interface Counts {
  /** `route cache status`: `assets hit 2xx`. */
  readonly requests: Sums;
  /** By route: how many requests took so long until the header of the response was ready, and the seconds of all of them. */
  readonly durations: Readonly<Record<string, Histogram>>;
  /** `pool origin attempt outcome`: `web fra 1 2xx`, `web fra 1 timeout`. */
  readonly attempts: Sums;
  /** By reason. */
  readonly refusals: Sums;
}

export type Sums = Readonly<Record<string, number>>;

/** How many were at most so long as each of BOUNDS_MS and longer than the one before; how many were longer than all; the sum in ms. */
export type Histogram = readonly number[];

export const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;
export const HISTOGRAM_LENGTH = BOUNDS_MS.length + 2;
export const SUM_AT = HISTOGRAM_LENGTH - 1;

export const NO_COUNTS: Counts = { requests: {}, durations: {}, attempts: {}, refusals: {} };

/** Of each kind. */
export const MAX_KEYS = 400;
export const OTHER = "other";
/** For a request that no route took, or that did not ask the cache. */
export const NONE = "none";

export function addCounts(one: Counts, other: Counts): Counts {
  return {
    requests: addSums(one.requests, other.requests),
    durations: addHistograms(one.durations, other.durations),
    attempts: addSums(one.attempts, other.attempts),
    refusals: addSums(one.refusals, other.refusals),
  };
}

/** The key under which it is counted: if there is no room for one more, together with others. */
export const countedAs = (known: ReadonlyMap<string, unknown>, key: string): string =>
  known.has(key) || known.size < MAX_KEYS ? key : otherButLast(key);

/** The last word is one of a few: the class of the status, or the outcome of an attempt. */
function otherButLast(key: string): string {
  const words = key.split(" ");
  return words.map((word, at) => (at === words.length - 1 && at > 0 ? word : OTHER)).join(" ");
}

/** Whether an attempt that ended so speaks against its origin. A hedge that lost does not, nor does an upload that broke. */
export const isFailedOutcome = (outcome: string): boolean =>
  !/^(?:[1-4]xx|given-up|request-body-(?:broken|stalled))$/.test(outcome);

function addSums(one: Sums, other: Sums): Sums {
  const sums = new Map(Object.entries(one));
  for (const [key, count] of Object.entries(other)) {
    const at = countedAs(sums, key);
    sums.set(at, (sums.get(at) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}

function addHistograms(one: Counts["durations"], other: Counts["durations"]): Counts["durations"] {
  const histograms = new Map(Object.entries(one));
  for (const [route, added] of Object.entries(other)) {
    const at = countedAs(histograms, route);
    histograms.set(at, addHistogram(histograms.get(at), added));
  }
  return Object.fromEntries(histograms);
}

const addHistogram = (one: Histogram | undefined, other: Histogram): Histogram =>
  one ? one.map((count, at) => count + (other[at] ?? 0)) : other;

/** The durations of all routes together: a fraction of the size. */
export function condensed(counts: Counts): Counts {
  const all = Object.values(counts.durations).reduce<Histogram | undefined>(addHistogram, undefined);
  return { ...counts, durations: all ? { [ALL_ROUTES]: all } : {} };
}

export const ALL_ROUTES = "all";

/** As it was received. Undefined if it is something else: another version of the code may have sent it. */
export function readCounts(value: unknown): Counts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { requests, durations, attempts, refusals } = value as Record<string, unknown>;
  return areSums(requests) && areHistograms(durations) && areSums(attempts) && areSums(refusals)
    ? { requests, durations, attempts, refusals }
    : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.keys(value).length <= MAX_KEYS + MORE_KEYS;
/** Those of `other`. */
const MORE_KEYS = 100;

const areSums = (value: unknown): value is Sums => isRecord(value) && Object.values(value).every(isCount);

const areHistograms = (value: unknown): value is Counts["durations"] =>
  isRecord(value) &&
  Object.values(value).every(
    (one) => Array.isArray(one) && one.length === HISTOGRAM_LENGTH && one.every(isCount),
  );
