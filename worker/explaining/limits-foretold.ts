// What would a limit say? By default to a client who has asked nothing yet; to one who has used it up, if a fact says so.
import {
  type Finding,
  type Findings,
  type LimitInquiry,
  PASS,
  type ReplyField,
  withPass,
} from "../admission/admission.ts";
import { take } from "../admission/limits/bucket.ts";
import type { Limit } from "../admission/limits/limit.ts";
import { ifAdmitted, ifFull } from "../admission/limits/limit-findings.ts";
import type { Refusal } from "../refusal.ts";

/** The names of the limits that the client has used up. */
export type UsedUp = readonly string[];

/** Before the cache is asked. */
export function foretellLimit({ limit }: LimitInquiry, usedUp: UsedUp): Finding {
  const { maxInFlight, rate } = limit;
  if (rate && !rate.onMiss) return foretellRate(limit, usedUp);
  return maxInFlight !== undefined && !rate && usedUp.includes(limit.name)
    ? ifFull(limit, maxInFlight)
    : PASS;
}

/** On its way to an origin. */
export const foretellLimitOnMiss = ({ limit }: LimitInquiry, usedUp: UsedUp): Finding =>
  foretellRate(limit, usedUp);

function foretellRate(limit: Limit, usedUp: UsedUp): Finding {
  const { rate } = limit;
  if (!rate) return PASS;
  const { shape, cost, strength } = rate;
  const fullAt = usedUp.includes(limit.name) ? shape.burst * shape.perUnitMs : 0;
  const taken = take(fullAt, 0, cost, shape);
  const told = strength === "platform" ? { ...taken, remaining: undefined } : taken;
  return ifAdmitted(limit, rate, told, () => {});
}

export interface ForetoldOnMiss {
  readonly findings: Findings;
  readonly refused: { readonly refusal: Refusal; readonly fields: readonly ReplyField[] } | undefined;
}

/** What the limits that count misses say, up to the first that refuses. */
export function foretellMiss(
  onMiss: readonly LimitInquiry[],
  before: Findings,
  usedUp: UsedUp,
): ForetoldOnMiss {
  let findings = before;
  for (const inquiry of onMiss) {
    const finding = foretellLimitOnMiss(inquiry, usedUp);
    if (finding.kind === "pass") findings = withPass(findings, finding);
    else if (finding.kind === "refused")
      return { findings, refused: { refusal: finding.refusal, fields: finding.fields ?? [] } };
  }
  return { findings, refused: undefined };
}
