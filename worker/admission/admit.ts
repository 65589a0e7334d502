// Runs the checks that need the outside world, such as a rate limiter or an identity provider. The decision
// (decision.ts) lists them. If there are none, nothing is awaited.
import type { Soon } from "../../shared/soon.ts";
import type { Ports } from "../isolate.ts";
import type { Refusal } from "../refusal.ts";

/** Asks the outside world once. Undefined if the request may go on. */
export type Inquiry = (ports: Ports) => Promise<Refusal | undefined>;

/** One after the other: the first refusal ends the sequence. */
export function admit(inquiries: readonly Inquiry[], ports: Ports): Soon<Refusal | undefined> {
  return inquiries.length === 0 ? undefined : inTurn(inquiries, ports);
}

async function inTurn(inquiries: readonly Inquiry[], ports: Ports): Promise<Refusal | undefined> {
  for (const inquire of inquiries) {
    const refusal = await inquire(ports);
    if (refusal) return refusal;
  }
  return undefined;
}
