// What is asked of a limiter, and what it says. Also between isolates and the objects that count exactly, as JSON, whose version may be
// another one. Pure.
import type { BucketShape, Taken } from "./bucket.ts";

export interface Withdrawal {
  /** Names the limit that is counted, with its site. */
  readonly counts: string;
  /** Of the client. */
  readonly key: string;
  readonly cost: number;
  readonly shape: BucketShape;
}

export interface Allowance {
  readonly admitted: boolean;
  /** The whole units that are left; undefined if who counts does not tell. */
  readonly remaining: number | undefined;
  /** How long until the same request may be repeated; 0 if it was admitted. */
  readonly retryAfterMs: number;
  /** How long until everything that was used is back. */
  readonly fullInMs: number;
}

export const allowanceOf = ({ admitted, remaining, retryAfterMs, fullInMs }: Taken): Allowance => ({
  admitted,
  remaining,
  retryAfterMs,
  fullInMs,
});

const isNumber = (value: unknown, least: number): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= least;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Undefined if it is none. */
export function readWithdrawal(value: unknown): Withdrawal | undefined {
  if (!isRecord(value) || !isRecord(value.shape)) return undefined;
  const { counts, key, cost, shape } = value;
  const { perUnitMs, burst } = shape;
  if (typeof counts !== "string" || typeof key !== "string" || !isNumber(cost, 0)) return undefined;
  if (!isNumber(perUnitMs, Number.MIN_VALUE) || !isNumber(burst, 1)) return undefined;
  return { counts, key, cost, shape: { perUnitMs, burst } };
}

export function readAllowance(value: unknown): Allowance | undefined {
  if (!isRecord(value)) return undefined;
  const { admitted, remaining, retryAfterMs, fullInMs } = value;
  if (typeof admitted !== "boolean" || !isNumber(remaining, 0)) return undefined;
  if (!isNumber(retryAfterMs, 0) || !isNumber(fullInMs, 0)) return undefined;
  return { admitted, remaining, retryAfterMs, fullInMs };
}
