// What would admission find, given facts by hand in place of the outside world? And what does each of its questions say?
import type { AdmissionExplained } from "../../shared/explain.ts";
import {
  type Admission,
  type Finding,
  type Findings,
  type Inquiry,
  nothingFound,
  PASS,
  type Question,
  type RuleFacts,
  withPass,
} from "../admission/admission.ts";
import type { Claims } from "../admission/authentication/claims.ts";
import { findingOf } from "../admission/authentication/finding-of.ts";
import { NOTHING_SHOWN } from "../admission/authentication/proof.ts";
import { CHALLENGE_COOKIE, type Challenge } from "../admission/challenge/challenge.ts";
import type { Inquest, Onward } from "../decision.ts";
import type { Asked } from "../message.ts";
import { cookieName, valuesOf } from "../routing/own-cookies.ts";
import { foretellLimit, foretellLimitOnMiss, type UsedUp } from "./limits-foretold.ts";

/** Facts given by hand. */
export interface Imagined {
  /** Who the client has proven to be. Without them it has proven nothing: what a credential is worth is not known here. */
  readonly claims?: Claims | undefined;
  /** The limits of which the client has nothing left. */
  readonly usedUp?: UsedUp | undefined;
}

/** What the outside world is assumed to say. */
function foretell(inquiry: Inquiry, { asked }: Findings, { claims, usedUp = [] }: Imagined): Finding {
  switch (inquiry.kind) {
    case "limit":
      return foretellLimit(inquiry, usedUp);
    case "challenge":
      return foretellChallenge(inquiry, asked);
    case "identify":
      return claims
        ? { kind: "pass", identity: { scheme: inquiry.auth.way.kind, subject: "", claims } }
        : PASS;
    case "authenticate":
      return findingOf(claims ? { kind: "proven", claims } : NOTHING_SHOWN, inquiry.auth, asked);
  }
}

/** A cookie by that name is taken for a solution. */
function foretellChallenge(challenge: Challenge, asked: Asked): Finding {
  const cookie = cookieName({ cookie: CHALLENGE_COOKIE }, asked.scheme);
  const isSolved = valuesOf(asked.headers.get("cookie") ?? "", cookie).length > 0;
  return isSolved || !challenge.concerns(asked)
    ? PASS
    : { kind: "refused", refusal: { reason: "challenge-required" } };
}

export function foreseeAdmission(
  { inquiries, findings: found, pass, end }: Inquest,
  facts: Imagined,
): Onward {
  let findings = found;
  for (const inquiry of inquiries) {
    const finding = foretell(inquiry, findings, facts);
    if (finding.kind !== "pass") return end(finding, findings);
    findings = withPass(findings, finding);
  }
  const next = pass(findings);
  return next.kind === "inquire" ? foreseeAdmission(next, facts) : next;
}

/** In their order, up to the one that the request does not pass. */
export function explainAdmission(
  { rules, inquiries, onMiss = [] }: Admission,
  asked: Asked,
  facts: RuleFacts & Imagined,
): AdmissionExplained[] {
  const told: AdmissionExplained[] = [];
  let findings = nothingFound(asked);
  const goesOn = ({ name, which, wants }: Question, finding: Finding): boolean => {
    told.push({ name, ...(which !== undefined && { which }), wants, ...tellFinding(finding) });
    if (finding.kind !== "pass") return false;
    findings = withPass(findings, finding);
    return true;
  };
  for (const rule of rules) if (!goesOn(rule, rule.judge(findings.asked, facts))) return told;
  for (const inquiry of inquiries) if (!goesOn(inquiry, foretell(inquiry, findings, facts))) return told;
  for (const inquiry of onMiss)
    if (!goesOn(inquiry, foretellLimitOnMiss(inquiry, facts.usedUp ?? []))) return told;
  return told;
}

function tellFinding(finding: Finding): Pick<AdmissionExplained, "verdict" | "because"> {
  switch (finding.kind) {
    case "pass":
      return finding.observed
        ? { verdict: "observed", because: finding.observed }
        : { verdict: "pass", because: null };
    case "refused":
      return { verdict: "refused", because: finding.refusal.reason };
    case "answered":
      return { verdict: "answered", because: null };
  }
}
