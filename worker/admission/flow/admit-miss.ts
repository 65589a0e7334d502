// Asks the limits that count only what goes to an origin: once for a request, however many origins are asked for it. Flow.
import { once } from "../../../shared/remember.ts";
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import type { Refusal } from "../../refusal.ts";
import { type Findings, type LimitInquiry, type ReplyField, withPass } from "../admission.ts";
import { askLimitOnMiss } from "./ask-limit.ts";

export interface MissAdmission {
  /** The refusal, if there is one. */
  ask(): Soon<Refusal | undefined>;
  /** What was found, with what was found before. */
  findings(): Findings;
  /** The fields of the refusal. */
  refusalFields(): readonly ReplyField[];
}

export function admissionOnMiss(
  inquiries: readonly LimitInquiry[],
  before: Findings,
  ports: Ports,
): MissAdmission {
  let findings = before;
  let fields: readonly ReplyField[] = [];
  const askFrom = (at: number): Soon<Refusal | undefined> => {
    const inquiry = inquiries[at];
    if (!inquiry) return undefined;
    return whenHere(askLimitOnMiss(inquiry, findings, ports), (finding) => {
      if (finding.kind === "pass") {
        findings = withPass(findings, finding);
        return askFrom(at + 1);
      }
      if (finding.kind === "answered") return undefined;
      fields = finding.fields ?? [];
      return finding.refusal;
    });
  };
  return { ask: once(() => askFrom(0)), findings: () => findings, refusalFields: () => fields };
}
