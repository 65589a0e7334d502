// Asks the origin because the stored response cannot be used. Answers with the origin's response, or with the stored one if
// it is validated or the origin fails. The decisions are in judge.ts, freshen.ts and storable.ts.
import { type Soon, whenHere } from "../../../shared/soon.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import type { Refusal, RefusalReason } from "../../refusal.ts";
import type { AsOf } from "../change-clock.ts";
import { type Answer, bodyOf } from "../demand.ts";
import { isAbout } from "../law/freshen.ts";
import { mayStandIn, type OriginTrouble } from "../law/judge.ts";
import type { CacheAsk } from "../law/origin-ask.ts";
import { isOriginFailure } from "../law/status-codes.ts";
import { doubtIn, forwardReason, type Held, lookingAt } from "../stockroom.ts";
import { isPurgedByNow } from "./against-purges.ts";
import { askOrigin } from "./ask-origin.ts";
import type { Fetched, Fetching } from "./form.ts";
import { answerFromStored } from "./from-stored.ts";
import { statusOf } from "./pass-on.ts";
import { updateStored } from "./update-stored.ts";

/** Undefined if the form cannot answer: then the other one is asked for. */
export function fetchFresh(fetching: Fetching, ports: Ports): Promise<Answer | undefined> {
  const now = ports.now();
  return fetchBy(fetching.form.askFor(fetching, now), { ...fetching, asOf: ports.changes.asOf(now) }, ports);
}

function fetchBy(
  { kind: askedTo, ask }: CacheAsk,
  fetching: Fetching & { readonly asOf: AsOf },
  ports: Ports,
): Promise<Answer | undefined> {
  const demand = { ...fetching.demand, ask: () => ask };
  const fwd = forwardReason(fetching.found);
  const isWatched = fetching.isStoredAfterAll === undefined;
  return askOrigin(demand, ask, ports, isWatched).then((answer) =>
    answered({ ...fetching, demand, askedTo, answer, fwd }, ports),
  );
}

/**
 * The stored response proved unusable, so it is asked for without conditions. It stays until the new one arrives, so that it
 * can be served if the origin fails now.
 */
function fetchAnew(fetched: Fetched, ports: Ports): Promise<Answer | undefined> {
  return fetchBy({ kind: "plain", ask: fetched.form.askAnew(fetched) }, fetched, ports);
}

/** Chooses by what the origin answered. */
function answered(fetched: Fetched, ports: Ports): Soon<Answer | undefined> {
  const { land, answer, fwd } = fetched;
  const { result, sending } = answer;
  if (!result.ok) {
    land({ kind: "failed" });
    const trouble = troubleIn(result.error);
    const failure: Answer = { result, sending, cache: { kind: "forward", fwd, ...doubtIn(fetched.found) } };
    return trouble ? whenHere(standIn(fetched, trouble, ports), (given) => given ?? failure) : failure;
  }
  const reply = result.value;
  if (!isOriginFailure(reply.status)) return accepted(reply, fetched, ports);
  return whenHere(standIn(fetched, "error", ports), (given) => {
    if (!given) return accepted(reply, fetched, ports);
    land({ kind: "failed" });
    letGo(reply.body, ports);
    return given;
  });
}

function accepted(reply: Reply, fetched: Fetched, ports: Ports): Soon<Answer | undefined> {
  if (fetched.askedTo === "validate" && reply.status === 304) return answerUpdated(reply, fetched, ports);
  return whenHere(fetched.form.accept(reply, fetched, ports), (given) =>
    given === "ask-anew" ? fetchAnew(fetched, ports) : given,
  );
}

/** The stored response was validated. Its fields are updated from the 304. */
async function answerUpdated(reply: Reply, fetched: Fetched, ports: Ports): Promise<Answer | undefined> {
  const { demand, plan, found, answer, asOf, fwd } = fetched;
  if (found.kind !== "response") throw new Error("nothing was held that a 304 could be about");
  // After a hard purge the origin's validators are not trusted either: they may have stayed the same.
  if (!isAbout(found.stored.entry, reply.headers) || isGone(found, fetched, ports)) {
    return fetchAnew(fetched, ports);
  }
  const update = { found, plan, demand, notModified: reply.headers, answer, asOf };
  const { stored, landing, written, kept } = updateStored(update, ports);
  fetched.land(landing, written);
  const cache = { kind: "forward", fwd, ...statusOf(answer), ...doubtIn(found), ...kept } as const;
  const given = await answerFromStored(
    { at: found.at, stored },
    { demand, plan, cache, mayAsk: true },
    ports,
  );
  letGo(stored.body, ports, typeof given === "string" ? null : bodyOf(given));
  return typeof given === "string" ? fetchAnew(fetched, ports) : { sending: answer.sending, ...given };
}

/** The stored response in place of a failure; undefined if it may not be served stale or lacks the requested bytes. */
function standIn(fetched: Fetched, trouble: OriginTrouble, ports: Ports): Soon<Answer | undefined> {
  const { demand, plan, found, answer, fwd } = fetched;
  if (found.kind === "absent" || !mayStandIn(found.stored.entry, trouble, ports.now())) return undefined;
  if (isGone(found, fetched, ports)) return undefined;
  const cache = { kind: "forward", fwd, ...statusOf(answer), detail: `stale-if-${trouble}` } as const;
  return whenHere(answerFromStored(found, { demand, plan, cache, mayAsk: false }, ports), (given) =>
    typeof given === "string" ? undefined : { sending: answer.sending, ...given },
  );
}

/** Whether the stored response was purged while the origin was asked. */
function isGone({ at, stored }: Held, { demand, plan }: Fetched, ports: Ports): boolean {
  const looking = lookingAt(at, { rules: plan.rules, host: demand.asked.host });
  return isPurgedByNow(stored.inStore ?? stored.entry, looking, ports);
}

/**
 * How the origin failed; undefined if it is not at fault, as when a client sends half a body. An origin that answers, even
 * wrongly, is not disconnected.
 */
function troubleIn({ reason }: Refusal): OriginTrouble | undefined {
  if (reason === "unasked-not-modified") return "error";
  return DISCONNECTED.has(reason) ? "disconnected" : undefined;
}

const DISCONNECTED: ReadonlySet<RefusalReason> = new Set([
  "origin-unreachable",
  "origin-timeout",
  "no-origin",
  "origins-out",
  "pinned-origin-out",
  "origins-full",
  "pool-full",
  "breaker-open",
]);
