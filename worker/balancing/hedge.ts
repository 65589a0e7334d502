// Asks a second origin if the first one is slow, and takes the answer that comes first. The other attempt is given up at once, so
// there are never two bodies. Flow.
import { letGo } from "../bodies/let-go.ts";
import { canAfford } from "./budgets.ts";
import { chooseAnother } from "./choose.ts";
import { limitOn } from "./limits.ts";
import { isFailure } from "./retry.ts";
import type { Journey, Made } from "./sending.ts";
import { abandoned, choiceOf, concluded, type Trying, tryOrigin } from "./try-origin.ts";

/** An attempt that fails does not end the race while the other one is under way. */
export function hedged(first: Trying, afterMs: number, journey: Journey): Promise<Made> {
  const { errand, ports } = journey;
  return new Promise((resolve, reject) => {
    const underWay = new Set<Trying>();
    let isOver = false;

    const run = (trying: Trying) => {
      underWay.add(trying);
      trying.reply.then((reply) => arrived(trying, reply)).catch(failed);
    };

    const arrived = (trying: Trying, reply: Made["reply"]) => {
      if (isOver) {
        if (reply.ok) letGo(reply.value.body, ports); // it came in the moment in which it was given up
        return;
      }
      underWay.delete(trying);
      const isLast = underWay.size === 0;
      const made = concluded(trying, reply, journey);
      if (!isLast && isFailure(errand.pool, made.attempt.attempted)) {
        if (reply.ok) letGo(reply.value.body, ports);
        return;
      }
      isOver = true;
      callOff();
      for (const other of underWay) abandoned(other, journey);
      journey.attempts.sort((one, other) => one.sentAt - other.sentAt);
      resolve(made);
    };

    const failed = (bug: unknown) => {
      isOver = true;
      callOff();
      reject(bug);
    };

    run(first);
    const callOff = ports.after(afterMs, () => {
      const second = isOver ? undefined : hedge(journey);
      if (second) run(second);
    });
  });
}

/** Undefined if there is no other origin, or the pool or the request cannot afford it. */
function hedge(journey: Journey): Trying | undefined {
  const { errand, ports, load, deadline } = journey;
  const { pool } = errand;
  const now = ports.now();
  if (!load || !pool.hedge || deadline.leftAt(now) <= 0 || limitOn(pool, load, now)) return undefined;
  if (ports.subrequests?.areUsedUp) return undefined;
  if (!canAfford("hedge", pool.hedge.budget, load, now)) return undefined;
  const choice = choiceOf(journey, now);
  const origin = chooseAnother(pool, choice);
  if (!origin) return undefined;
  load.spent.add("hedge", now);
  return tryOrigin(origin, choice, journey);
}
