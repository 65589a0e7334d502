// Asks the outside world whether a request may go on: a rate limiter, an identity provider. The decision (decision.ts) lists what
// has to be asked. Flow.
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Inquest, Onward } from "../../decision.ts";
import type { Ports } from "../../isolate.ts";
import { type Finding, type Findings, type Inquiry, justIdentity, withPass } from "../admission.ts";
import { askChallenge } from "./ask-challenge.ts";
import { askLimit } from "./ask-limit.ts";
import { authenticate, identified } from "./authenticate.ts";
import { endedIfThrown } from "./watch-end.ts";

/** One after the other: the first that does not let the request pass is the last. What the isolate itself knows is not awaited. */
export function admit(inquest: Inquest, ports: Ports, ask: Ask = askWorld): Soon<Onward> {
  const { inquiries, pass, end } = inquest;
  const askFrom = (at: number, findings: Findings): Soon<Onward> =>
    endedIfThrown(findings.ended, () => askOne(at, findings));
  const askOne = (at: number, findings: Findings): Soon<Onward> => {
    const inquiry = inquiries[at];
    if (!inquiry) {
      const next = pass(findings);
      return next.kind === "inquire" ? admit(next, ports, ask) : next;
    }
    return whenHere(ask(inquiry, findings, ports), (finding) =>
      finding.kind === "pass" ? askFrom(at + 1, withPass(findings, finding)) : end(finding, findings),
    );
  };
  return askFrom(0, inquest.findings);
}

type Ask = (inquiry: Inquiry, found: Findings, ports: Ports) => Soon<Finding>;

const askWorld: Ask = (inquiry, found, ports) => {
  switch (inquiry.kind) {
    case "limit":
      return askLimit(inquiry, found, ports);
    case "challenge":
      return askChallenge(inquiry, found.asked, ports);
    case "identify":
      return whenHere(identified(inquiry.auth, found.asked, ports), justIdentity);
    case "authenticate":
      return authenticate(inquiry.auth, found.asked, ports);
  }
};
