// Asks the outside world whether a request may go on: a rate limiter, an identity provider. The decision (decision.ts) lists what
// has to be asked. Flow.
import type { Inquest, Onward } from "../decision.ts";
import type { Ports } from "../isolate.ts";
import { type Finding, type Findings, type Inquiry, withPass } from "./admission.ts";
import { askChallenge } from "./challenge/ask-challenge.ts";

/** One after the other: the first that does not let the request pass is the last. */
export async function admit(
  { inquiries, findings: found, pass, end }: Inquest,
  ports: Ports,
  ask: Ask = askWorld,
): Promise<Onward> {
  let findings = found;
  for (const inquiry of inquiries) {
    const finding = await ask(inquiry, findings, ports);
    if (finding.kind !== "pass") return end(finding, findings);
    findings = withPass(findings, finding);
  }
  return pass(findings);
}

type Ask = (inquiry: Inquiry, found: Findings, ports: Ports) => Finding | Promise<Finding>;

const askWorld: Ask = (inquiry, { asked }, ports) => {
  switch (inquiry.kind) {
    case "challenge":
      return askChallenge(inquiry, asked, ports);
  }
};
