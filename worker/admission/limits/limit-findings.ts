// What follows from what a limiter has said? Pure.
import type { Ending, Pass } from "../admission.ts";
import type { Limit, Rate } from "./limit.ts";
import { inFlightFields, inSeconds, rateFields } from "./rate-limit-fields.ts";
import type { Allowance } from "./withdrawal.ts";

const OBSERVED: Pass = { kind: "pass", observed: "too-many-requests" };

/** Of several keys, the one that has the least. */
export const leastOf = (one: Allowance | undefined, other: Allowance): Allowance =>
  one === undefined || !other.admitted || (other.remaining ?? 0) < (one.remaining ?? 0) ? other : one;

/** `settled`: told the status of the response, if a status costs something. */
export function ifAdmitted(
  limit: Limit,
  rate: Rate,
  allowance: Allowance,
  settled: (status: number) => void,
): Pass | Ending {
  const costs = rate.statuses ? { settled } : {};
  if (allowance.admitted) {
    const seconds = inSeconds(allowance.fullInMs);
    const tells = limit.fields === "always" && !limit.observes;
    return {
      kind: "pass",
      ...costs,
      ...(tells && { replyFields: rateFields(limit, rate, { ...allowance, seconds }) }),
    };
  }
  if (limit.observes) return { ...OBSERVED, ...costs };
  const seconds = inSeconds(allowance.retryAfterMs);
  return {
    kind: "refused",
    refusal: { reason: "too-many-requests", limit: limit.name, retryAfterSeconds: seconds },
    ...(limit.fields !== "never" && { fields: rateFields(limit, rate, { remaining: 0, seconds }) }),
  };
}

/** Nobody has counted. */
export const ifFailed = ({ name, observes }: Limit, { mustCount }: Rate): Pass | Ending =>
  mustCount && !observes
    ? { kind: "refused", refusal: { reason: "limiter-unavailable", limit: name } }
    : { kind: "pass", ...(mustCount && { observed: "limiter-unavailable" as const }) };

/** The client has as many requests under way as it may have. */
export const ifFull = (limit: Limit, most: number): Pass | Ending =>
  limit.observes
    ? OBSERVED
    : {
        kind: "refused",
        refusal: { reason: "too-many-requests", limit: limit.name, retryAfterSeconds: 1 },
        ...(limit.fields !== "never" && { fields: inFlightFields(limit, most) }),
      };
