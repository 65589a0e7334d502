// Asks the origin because the stored response cannot be used. Answers with the origin's response, or with the stored one if
// the origin fails. The decisions are in judge.ts, freshen.ts and storable.ts.
import { ok } from "../../../shared/result.ts";
import type { Soon } from "../../../shared/soon.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import type { Refusal } from "../../refusal.ts";
import type { Answer, Demand } from "../demand.ts";
import { answeringOf } from "../demand.ts";
import type { ResponseEntry, StoredResponseWithBody } from "../entry.ts";
import type { AsOf, Land } from "../flights.ts";
import type { Forward } from "../law/cache-outcome.ts";
import { completed } from "../law/complete.ts";
import { tellClient } from "../law/for-client.ts";
import { isAbout } from "../law/freshen.ts";
import { mayStandIn, type OriginTrouble } from "../law/judge.ts";
import { askFor, type CacheAsk, sentOtherwise, unconditional } from "../law/origin-ask.ts";
import type { LookupPlan } from "../law/plan.ts";
import { isOriginFailure } from "../law/status-codes.ts";
import { storedReply } from "../law/stored-reply.ts";
import type { Found } from "../stockroom.ts";
import { forwardReason } from "../stockroom.ts";
import { askOrigin, type OriginAnswer } from "./ask-origin.ts";
import { storeReply } from "./store-reply.ts";
import { updateByHead, updateStored } from "./update-stored.ts";

export interface Fetching {
  readonly demand: Demand;
  readonly plan: LookupPlan;
  readonly found: Found;
  /** Called on every path. */
  readonly land: Land;
}

/** The state after the origin has answered. */
export interface Fetched extends Fetching {
  readonly answer: OriginAnswer;
  /** See `Keeping` in stockroom.ts. */
  readonly asOf: AsOf;
  readonly fwd: Forward;
}

export function fetchFresh(fetching: Fetching, ports: Ports): Promise<Answer> {
  const { demand, found } = fetching;
  const asOf = ports.flights.asOf(ports.now());
  const cacheAsk = askFor(demand.ask(), demand.asked, heldIn(found)?.entry, ports.now());
  const asking = { ...demand, ask: () => cacheAsk.ask };
  return askOrigin(demand, cacheAsk.ask, ports).then((answer) =>
    answered({ ...fetching, demand: asking, answer, asOf, fwd: forwardReason(found) }, cacheAsk.kind, ports),
  );
}

/** Chooses by what the origin answered and why it was asked. */
function answered(fetched: Fetched, askedTo: CacheAsk["kind"], ports: Ports): Soon<Answer> {
  const { demand, plan, found, land, answer, asOf, fwd } = fetched;
  const { asked } = demand;
  const { result, sending } = answer;
  const held = heldIn(found);
  if (!result.ok) {
    land({ kind: "failed" });
    const trouble = troubleIn(result.error);
    const standIn = trouble && standInFor(fetched, trouble, ports);
    return standIn || { result, sending, cache: { kind: "forward", fwd } };
  }
  const reply = result.value;
  if (held && isOriginFailure(reply.status)) {
    const standIn = standInFor(fetched, "error", ports);
    if (standIn) {
      land({ kind: "failed" });
      letGo(reply.body, ports);
      return standIn;
    }
  }
  if (held && askedTo === "validate" && reply.status === 304) {
    return isAbout(held.entry, reply.headers)
      ? answerUpdated(fetched, { found, reply }, ports)
      : fetchWhole(fetched, ports);
  }
  if (held && askedTo === "complete" && (reply.status === 206 || reply.status === 416)) {
    const whole = reply.status === 206 ? completed(held, reply) : undefined;
    if (whole) return passOn(whole, { ...fetched, fwd: "partial" }, ports);
    letGo(reply.body, ports);
    return fetchWhole(fetched, ports);
  }
  if (asked.method === "HEAD" && found.kind === "response" && reply.status === 200) {
    const update = { found, plan, demand, notModified: reply.headers, answer, asOf };
    return updateByHead(update, ports).then(() => passOn(reply, fetched, ports));
  }
  return passOn(reply, fetched, ports);
}

/** Passes the origin's response on, and stores it on the way if that is allowed. */
export function passOn(original: Reply, fetched: Fetched, ports: Ports): Answer {
  const { plan, found, answer, fwd } = fetched;
  const passing = { ...fetched, key: plan.key, rules: plan.rules, held: heldIn(found) };
  const { reply, kept, entry } = storeReply(original, passing, ports);
  const cache = { kind: "forward", fwd, ...statusOf(answer), ...kept } as const;
  return {
    result: ok(entry ? asClientAsked(reply, entry, fetched, ports) : reply),
    sending: answer.sending,
    cache,
  };
}

/** If the request to the origin had our conditions, the client's own conditions are evaluated against the response. */
function asClientAsked(reply: Reply, entry: ResponseEntry, { demand, plan }: Fetched, ports: Ports): Reply {
  if (reply.status !== 200 || !sentOtherwise(demand.ask(), demand.asked)) return reply;
  const answering = answeringOf(demand, ports.now());
  const answered = storedReply({ entry, body: reply.body }, answering);
  if (!answered || answered.status === 200) return reply;
  letGo(reply.body, ports, answered.body);
  tellClient(answered, plan.rules, true);
  return answered;
}

/** The stored response was validated. Its fields are updated from the 304. */
async function answerUpdated(
  fetched: Fetched,
  { found, reply }: { found: Found; reply: Reply },
  ports: Ports,
): Promise<Answer> {
  const { demand, plan, answer, asOf, fwd } = fetched;
  if (found.kind !== "response") throw new Error("nothing was held that a 304 could be about");
  const update = { found, plan, demand, notModified: reply.headers, answer, asOf };
  const { stored, landing, written, kept } = updateStored(update, ports);
  fetched.land(landing, written);
  const answering = answeringOf(demand, answer.receivedAt);
  const fromStore = storedReply(stored, answering);
  letGo(stored.body, ports, fromStore?.body);
  if (!fromStore) return fetchWhole(fetched, ports);
  tellClient(fromStore, plan.rules, true);
  const cache = { kind: "forward", fwd, ...statusOf(answer), ...kept } as const;
  return { result: ok(fromStore), sending: answer.sending, cache };
}

/**
 * The stored response proved unusable, so the whole is fetched without conditions. The stored response stays until that
 * arrives, so that it can be served if the origin fails now.
 */
async function fetchWhole(fetched: Fetched, ports: Ports): Promise<Answer> {
  const ask = unconditional(fetched.demand.ask());
  const demand = { ...fetched.demand, ask: () => ask };
  const answer = await askOrigin(demand, ask, ports);
  return answered({ ...fetched, demand, answer }, "plain", ports);
}

/** The stored response in place of a failure; undefined if it may not be served stale or lacks the requested bytes. */
export function standInFor(fetched: Fetched, trouble: OriginTrouble, ports: Ports): Answer | undefined {
  const { demand, plan, found, answer, fwd } = fetched;
  const now = ports.now();
  const held = heldIn(found);
  if (!held || !mayStandIn(held.entry, trouble, now)) return undefined;
  const reply = storedReply(held, answeringOf(demand, now));
  if (!reply) return undefined;
  tellClient(reply, plan.rules, true);
  const cache = { kind: "forward", fwd, ...statusOf(answer), detail: `stale-if-${trouble}` } as const;
  return { result: ok(reply), sending: answer.sending, cache };
}

const heldIn = (found: Found): StoredResponseWithBody | undefined =>
  found.kind === "response" ? found.stored : undefined;

const statusOf = ({ result }: OriginAnswer): { fwdStatus?: number } =>
  result.ok ? { fwdStatus: result.value.status } : {};

/**
 * How the origin failed; undefined if it is not at fault, as when a client sends half a body. An origin that answers, even
 * wrongly, is not disconnected.
 */
export function troubleIn({ reason }: Refusal): OriginTrouble | undefined {
  if (reason === "unasked-not-modified") return "error";
  return reason === "origin-unreachable" || reason === "origin-timeout" || reason === "no-origin"
    ? "disconnected"
    : undefined;
}
