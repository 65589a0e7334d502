// What is a client told of a limit? RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers (the names are ids of the site
// file, so a structured-field string needs no escapes). Pure.
import type { Limit, Rate } from "./limit.ts";

type Field = readonly [name: string, value: string];

export interface Left {
  /** Undefined if who counts does not tell. */
  readonly remaining: number | undefined;
  readonly seconds: number;
}

/** Whole seconds, at least one: what is rounded down would come too early. */
export const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/**
 * `t` is how long it takes until what was used is back, not until the next unit is. A client that spreads `r` over `t` seconds then keeps to
 * the limit, and the draft asks that the ratio of the two suggests no more than that.
 */
export function rateFields(
  { name }: Limit,
  { units, perSeconds }: Rate,
  { remaining, seconds }: Left,
): Field[] {
  const policy: Field = ["ratelimit-policy", `"${name}";q=${units};w=${perSeconds}`];
  return remaining === undefined
    ? [policy]
    : [policy, ["ratelimit", `"${name}";r=${remaining};t=${seconds}`]];
}

/** Two policies of one response may not share a name. */
export const inFlightFields = ({ name }: Limit, most: number): Field[] => [
  ["ratelimit-policy", `"${name}-in-flight";q=${most};qu="concurrent-requests"`],
  ["ratelimit", `"${name}-in-flight";r=0;t=1`],
];
