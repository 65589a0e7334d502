// The answer that a waiting request gets once the flight has landed, or its own timer has fired.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { type Answer, bodyOf } from "../demand.ts";
import type { Landing } from "../flights.ts";
import { judge } from "../law/judge.ts";
import { selectorNamed } from "../law/selectors.ts";
import { doubtIn, find, forwardReason, type Held, lookingAt } from "../stockroom.ts";
import { isPurgedByNow } from "./against-purges.ts";
import type { Awaited } from "./boarding.ts";
import type { LookedUp } from "./form.ts";
import { answerFromStored } from "./from-stored.ts";

/**
 * The answer from what has landed, or from what a request, here or in another isolate, has stored in the meantime. Undefined if
 * it is of another variant or no longer fresh.
 */
export async function answerAfter(
  landing: Awaited,
  missing: LookedUp,
  ports: Ports,
): Promise<Answer | undefined> {
  const held =
    landing.kind === "shared" ? sharedWith(missing, landing, ports) : await heldNow(missing, ports);
  if (!held) return undefined;
  const { demand, plan, found } = missing;
  const cache = { kind: "forward", fwd: forwardReason(found), collapsed: true, ...doubtIn(found) } as const;
  const isFresh = judge(held.stored.entry, ports.now()).kind === "fresh";
  const given = isFresh
    ? await answerFromStored(held, { demand, plan, cache, mayAsk: true }, ports)
    : "unusable";
  const answer = typeof given === "string" ? undefined : given;
  letGo(held.stored.body, ports, answer && bodyOf(answer));
  return answer;
}

/** Undefined if the landed response is of another variant, or was asked for before a purge. */
function sharedWith(
  { demand, plan }: LookedUp,
  { entry, bytes, selectors }: Extract<Landing, { kind: "shared" }>,
  ports: Ports,
): Held | undefined {
  const fits = Object.entries(selectors).every(
    ([name, value]) => selectorNamed(name, plan.rules)?.valueFor(demand) === value,
  );
  const looking = lookingAt(plan.key, { rules: plan.rules, host: demand.asked.host });
  if (isPurgedByNow(entry, looking, ports)) return undefined;
  return fits ? { at: plan.key, stored: { entry, body: bytes } } : undefined;
}

async function heldNow({ demand, plan }: LookedUp, ports: Ports): Promise<Held | undefined> {
  const found = await find(plan, demand, ports);
  return found.kind === "response" ? found : undefined;
}
