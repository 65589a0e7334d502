// May a request have its units now? A token bucket, kept as one number: the time at which it is full again. This is the generic
// cell rate algorithm (ITU-T I.371). It decides as a bucket with a level and a time would, and a bucket that is full need not be
// kept at all (docs/decisions/0049). Pure.

export interface BucketShape {
  /** How long it takes until one unit is back. */
  readonly perUnitMs: number;
  /** How many units a full bucket holds. */
  readonly burst: number;
}

export interface Taken {
  readonly admitted: boolean;
  /** The whole units that are left. */
  readonly remaining: number;
  /** How long until the same request may be repeated; 0 if it was admitted. */
  readonly retryAfterMs: number;
  /** How long until the bucket is full. */
  readonly fullInMs: number;
  /** When it is full. What is refused takes nothing. */
  readonly fullAt: number;
}

/** In units. Sums of fractions are not exact: a third of a minute, three times, must be a minute. */
const NEARLY = 1e-6;

/** The most that a bucket can be in debt, in buckets. So a clock that is set back, or a row of errors, does not lock a client out. */
const MAX_DEBT = 1;

/** `cost` 0 asks whether one unit is there, and takes none. */
export function take(fullAt: number, now: number, cost: number, shape: BucketShape): Taken {
  const { perUnitMs, burst } = shape;
  const from = startOf(fullAt, now, shape);
  const shortMs = from - now + (Math.max(1, cost) - burst) * perUnitMs;
  const admitted = shortMs <= NEARLY * perUnitMs;
  const fullAfter = admitted ? from + cost * perUnitMs : from;
  const fullInMs = fullAfter - now;
  return {
    admitted,
    remaining: Math.max(0, Math.floor(burst - fullInMs / perUnitMs + NEARLY)),
    retryAfterMs: admitted ? 0 : shortMs,
    fullInMs,
    fullAt: fullAfter,
  };
}

/** For what is known only afterwards, such as the status. It is taken also if it is not there. Returns when the bucket is full. */
export function charge(fullAt: number, now: number, cost: number, shape: BucketShape): number {
  return startOf(startOf(fullAt, now, shape) + cost * shape.perUnitMs, now, shape);
}

const startOf = (fullAt: number, now: number, { perUnitMs, burst }: BucketShape): number =>
  Math.min(Math.max(fullAt, now), now + (1 + MAX_DEBT) * burst * perUnitMs);
