// Tells those who wait for the end of a response that it has ended in whatever way: sent, broken off, or never made because of a bug.
// Flow.
import type { Soon } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import type { Outcome } from "../../outcome.ts";
import type { Findings } from "../admission.ts";

/** Returns the outcome with the reply that is to be sent. */
export function watchEnd(
  outcome: Outcome,
  ended: NonNullable<Findings["ended"]>,
  { countSent, background }: Pick<Ports, "countSent" | "background">,
): Outcome {
  const { reply, sent } = countSent(outcome.reply);
  background(sent.then(() => tell(ended)));
  return { ...outcome, reply };
}

/** They are told as well if no response is made. */
export function endedIfThrown<T>(ended: Findings["ended"], work: () => Soon<T>): Soon<T> {
  if (!ended) return work();
  const rethrown = (bug: unknown): never => {
    tell(ended);
    throw bug;
  };
  try {
    const soon = work();
    return soon instanceof Promise ? soon.catch(rethrown) : soon;
  } catch (bug) {
    return rethrown(bug);
  }
}

function tell(ended: NonNullable<Findings["ended"]>): void {
  for (const act of ended) act();
}
