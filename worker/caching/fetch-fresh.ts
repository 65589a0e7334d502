// What is stored does not do: asks the origin, and answers with what comes of it, or with what is stored after
// all where the origin fails. Flow: judge.ts, freshen.ts and storable.ts decide.
import { ok } from "../../shared/result.ts";
import type { Reply } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { askOrigin, type OriginAnswer } from "./ask-origin.ts";
import { asWholeIfComplete, prefixed } from "./combine.ts";
import type { Answer, Demand } from "./demand.ts";
import type { Found } from "./find-stored.ts";
import type { Landing } from "./flights.ts";
import { tellClient } from "./for-client.ts";
import { isAbout, sameRepresentation } from "./freshen.ts";
import { mayStandIn, type OriginTrouble } from "./judge.ts";
import { forget } from "./keep.ts";
import { askFor, unconditional } from "./origin-ask.ts";
import type { Forward } from "./outcome.ts";
import type { LookupPlan } from "./plan.ts";
import { parseContentRange } from "./ranges.ts";
import { isOriginFailure } from "./status-codes.ts";
import { storeReply } from "./store-reply.ts";
import { storedReply } from "./stored-reply.ts";
import { updateByHead, updateStored } from "./update-stored.ts";

export interface Fetching {
  readonly demand: Demand;
  readonly plan: LookupPlan;
  readonly found: Found;
  land(landing: Landing): void;
}

export async function fetchFresh(fetching: Fetching, ports: Ports): Promise<Answer> {
  const { demand, plan, found } = fetching;
  const { asked } = demand;
  const held = found.kind === "response" ? found.stored : undefined;
  const fwd = forwardReason(found);
  const cacheAsk = askFor(demand.ask, asked, held?.entry, ports.now());
  const answer = await askOrigin(demand, cacheAsk.ask, ports);
  const { result, sending, receivedAt } = answer;

  if (!result.ok) {
    fetching.land({ kind: "failed" });
    const standIn = isOriginTrouble(result.error) && standInFor(fetching, "disconnected", ports);
    return standIn ? { ...standIn, sending } : { result, sending, cache: { kind: "forward", fwd } };
  }
  const reply = result.value;
  const cache = { kind: "forward", fwd, fwdStatus: reply.status } as const;

  if (held && isOriginFailure(reply.status)) {
    const standIn = standInFor(fetching, "error", ports);
    if (standIn) {
      fetching.land({ kind: "failed" });
      ports.background(cancel(reply));
      return { ...standIn, sending, cache: { ...cache, detail: "stale-if-error" } };
    }
  }
  if (held && found.kind === "response" && cacheAsk.kind === "validate" && reply.status === 304) {
    if (!isAbout(held.entry, reply.headers)) return fetchWhole(fetching, ports);
    const updated = updateStored({ found, plan, demand, notModified: reply.headers, answer }, ports);
    fetching.land(updated.landing);
    const answering = { asked, now: receivedAt, boundary: demand.requestId };
    const fromStore = storedReply(updated.stored, answering);
    if (!fromStore) return fetchWhole(fetching, ports);
    tellClient(fromStore.headers, plan.rules, true);
    return { result: ok(fromStore), sending, cache: { ...cache, stored: true } };
  }
  if (held && cacheAsk.kind === "complete" && reply.status === 206) {
    const completed = complete(reply, fetching);
    if (!completed) {
      ports.background(cancel(reply));
      return fetchWhole(fetching, ports);
    }
    return passOn(
      completed,
      { ...fetching, answer: { ...answer, result: ok(completed) }, fwd: "partial" },
      ports,
    );
  }
  if (asked.method === "HEAD" && found.kind === "response" && reply.status === 200) {
    await updateByHead({ found, plan, demand, notModified: reply.headers, answer }, ports);
  }
  return passOn(reply, { ...fetching, answer, fwd }, ports);
}

interface PassingOn extends Fetching {
  readonly answer: OriginAnswer;
  readonly fwd: Forward;
}

function passOn(
  original: Reply,
  { demand, plan, found, answer, fwd, land }: PassingOn,
  ports: Ports,
): Answer {
  const held = found.kind === "response" ? found.stored : undefined;
  const fwdStatus = answer.result.ok ? answer.result.value.status : original.status;
  const { reply, kept } = storeReply(
    original,
    { demand, key: plan.key, rules: plan.rules, answer, held, land },
    ports,
  );
  return { result: ok(reply), sending: answer.sending, cache: { kind: "forward", fwd, fwdStatus, ...kept } };
}

/** What was held proved of no use half-way: the whole, without conditions. */
async function fetchWhole(fetching: Fetching, ports: Ports): Promise<Answer> {
  const { demand, plan } = fetching;
  await forget(plan.key, ports);
  const whole = { ...demand, ask: unconditional(demand.ask) };
  return fetchFresh({ ...fetching, demand: whole, found: { kind: "absent", fwd: "uri-miss" } }, ports);
}

function complete(reply: Reply, { found }: Fetching): Reply | undefined {
  if (found.kind !== "response") return undefined;
  const { entry, body } = found.stored;
  const range = parseContentRange(reply.headers.get("content-range"));
  if (!entry.part || !range || !(body instanceof Uint8Array) || !(reply.body instanceof ReadableStream))
    return undefined;
  const follows = range.first === entry.part.length && range.last === range.complete - 1;
  if (!follows || range.complete !== entry.part.complete || !sameRepresentation(entry, reply.headers))
    return undefined;
  const whole = asWholeIfComplete(entry, { ...entry.part, length: range.complete, reachesEnd: true });
  const headers = new Headers(reply.headers);
  headers.delete("content-range");
  headers.set("content-length", String(range.complete));
  return {
    ...reply,
    status: whole.status,
    statusText: whole.statusText,
    headers,
    body: prefixed(body, reply.body),
  };
}

/** The stored response in place of the origin's trouble; undefined where it may not, or holds not what is asked. */
function standInFor(
  { demand, plan, found }: Fetching,
  trouble: OriginTrouble,
  ports: Ports,
): Answer | undefined {
  const now = ports.now();
  if (found.kind !== "response" || !mayStandIn(found.stored.entry, trouble, now)) return undefined;
  const reply = storedReply(found.stored, { asked: demand.asked, now, boundary: demand.requestId });
  if (!reply) return undefined;
  tellClient(reply.headers, plan.rules, true);
  return {
    result: ok(reply),
    cache: { kind: "forward", fwd: forwardReason(found), detail: `stale-if-${trouble}` },
  };
}

const forwardReason = (found: Found): Forward =>
  found.kind === "absent" ? found.fwd : found.stored.entry.part ? "partial" : "stale";

/** Trouble of the origin's own; a client that hung up or sent half a body is none. */
const isOriginTrouble = ({ reason }: Refusal): boolean =>
  reason === "origin-unreachable" || reason === "origin-timeout" || reason === "no-origin";

async function cancel(reply: Reply): Promise<void> {
  if (reply.body instanceof ReadableStream) await reply.body.cancel();
}
