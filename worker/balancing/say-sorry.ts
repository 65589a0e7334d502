// Answers in place of a refusal when no origin of a pool has answered. It comes after the cache, so what it answers is never stored, and a
// stored response that may stand in for a failing origin comes before it.
import { ownAnswer } from "../delivery/own-answer.ts";
import { sorryReply, unstorable } from "../delivery/sorry-reply.ts";
import type { Ports } from "../isolate.ts";
import type { OriginAsk } from "../message.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import { statusOf } from "../refusal.ts";
import { fromOrigin } from "../rewriting/from-origin.ts";
import { sorryAsk } from "../rewriting/sorry-ask.ts";
import { isWebSocketUpgrade } from "../routing/read-request.ts";
import { joined } from "./joined.ts";
import type { Pool } from "./pool.ts";
import { send } from "./send.ts";
import { hasNobodyAnswered, type Sorry } from "./sorry.ts";

/** A request that was refused, and what was known of it. */
export type Refused = Outcome & Required<Pick<Outcome, "asked" | "site" | "snapshot" | "refusal">>;

/** The outcome as it is, or with another reply. */
export function saySorry(
  outcome: Refused,
  sorry: Sorry | null,
  ask: () => OriginAsk,
  visit: Visit,
  ports: Ports,
): Outcome | Promise<Outcome> {
  const { asked, refusal, site } = outcome;
  if (!sorry || !hasNobodyAnswered(refusal.reason)) return outcome;
  if (sorry.kind === "respond") return { ...outcome, reply: ownSorry(sorry, outcome, visit) };
  const pool = site.pools.get(sorry.pool);
  if (!pool || isWebSocketUpgrade(asked) || ports.subrequests?.areUsedUp) return outcome;
  return fromPool(outcome, pool, sorryAsk(ask(), sorry.path), ports);
}

function ownSorry(
  { status, headers, body }: Extract<Sorry, { kind: "respond" }>,
  { asked, refusal, site: { secrets } }: Refused,
  visit: Visit,
) {
  const action = { kind: "respond", status: status ?? statusOf(refusal), headers, body } as const;
  return unstorable(
    ownAnswer(action, { asked, captures: {}, requestId: requestIdOf(visit, asked), secrets }),
    refusal,
  );
}

async function fromPool(outcome: Refused, pool: Pool, ask: OriginAsk, ports: Ports): Promise<Outcome> {
  const { asked, refusal, site, snapshot, sending } = outcome;
  const errand = {
    pool,
    ask,
    client: asked.client,
    body: null,
    retriesNonIdempotent: false,
    told: snapshot.origins,
  };
  const { result, sending: second } = await send(errand, ports);
  ports.metrics?.attempts(site.name, second.pool, second.attempts);
  const told = { ...outcome, sending: joined(sending, second) };
  const { answeredBy } = second;
  if (!result.ok || !answeredBy) return told;
  const reply = sorryReply(fromOrigin(result.value, answeredBy.origin, asked), refusal);
  if (!reply) {
    ports.background(Promise.resolve(result.value.body?.cancel()));
    return told;
  }
  return { ...told, reply };
}
