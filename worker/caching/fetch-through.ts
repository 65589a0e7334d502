// Answers from the store or through an origin.
import { ok, type Result } from "../../shared/result.ts";
import { type Sending, send } from "../balancing/send.ts";
import type { Asked, OriginAsk, Reply } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { fromOrigin } from "../rewriting/from-origin.ts";
import type { ProxyAction } from "../site.ts";
import type { CacheOutcome } from "./outcome.ts";

/** A request that is to be answered: as it was asked, and as the origin should see it. */
export interface Demand {
  readonly asked: Asked;
  readonly ask: OriginAsk;
  readonly action: ProxyAction;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly result: Result<Reply, Refusal>;
  readonly cache?: CacheOutcome;
  readonly sending?: Sending;
}

export async function answerThroughCache(demand: Demand, ports: Ports): Promise<Answer> {
  const { asked, ask, action, body, signal } = demand;
  const errand = { pool: action.pool, ask, body, signal, retriesNonIdempotent: action.retriesNonIdempotent };
  const { result, sending } = await send(errand, ports);
  if (!result.ok) return { result, sending };
  const origin = sending.attempts.at(-1)?.origin;
  if (!origin) throw new Error("an answer without an origin");
  return { result: ok(fromOrigin(result.value, origin, asked)), sending };
}
