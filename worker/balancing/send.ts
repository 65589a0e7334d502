// Sends a request to a pool: choose an origin, ask it, and where that fails and may be repeated, another.
// Flow: every choice is made by a pure function beside it; here they are only put in order.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Body, OriginAsk } from "../message.ts";
import type { OriginFailure, OriginReply, Ports } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { chooseOrigin, hasUntried } from "./choose.ts";
import type { Origin, Pool } from "./pool.ts";
import { keepForReplay, type Replay } from "./replay.ts";
import { type Attempted, mayRepeat, objectionToRetry, type RetryRefusal, verdictOn } from "./retry.ts";

/** With less than this left of the total time-out, another attempt is not worth its connection. */
const MIN_ATTEMPT_MS = 10;

export interface Errand {
  readonly pool: Pool;
  readonly ask: OriginAsk;
  readonly body: Body;
  readonly retriesNonIdempotent: boolean;
}

/** What was tried, for Proxy-Status and the log. */
export interface Sending {
  readonly pool: string;
  readonly attempts: readonly Attempt[];
  /** Why a failed attempt was the last one; undefined where none failed. */
  readonly stoppedBy: RetryRefusal | undefined;
}

export interface Attempt {
  readonly origin: Origin;
  readonly attempted: Attempted;
  readonly ms: number;
}

export interface Sent {
  readonly sending: Sending;
  readonly result: Result<OriginReply, Refusal>;
}

export type SendPorts = Pick<Ports, "now" | "random" | "health" | "origins" | "background">;

export async function send(errand: Errand, ports: SendPorts): Promise<Sent> {
  const { pool, ask } = errand;
  const startedAt = ports.now();
  const deadline = startedAt + (pool.totalMs ?? Number.POSITIVE_INFINITY);
  const attempts: Attempt[] = [];
  const tried = new Set<string>();
  const exchange = {
    method: ask.method,
    hasIdempotencyKey: ask.headers.has("idempotency-key"),
    routeAllows: errand.retriesNonIdempotent,
  };
  const sent = (result: Sent["result"], stoppedBy?: RetryRefusal): Sent => ({
    sending: { pool: pool.id, attempts, stoppedBy },
    result,
  });

  const replay =
    errand.body instanceof ReadableStream
      ? await replayOf(errand.body, errand, pool.attempts > 1 && mayRepeat(exchange))
      : ok({ body: errand.body, kept: true });
  if (!replay.ok) return sent(replay);

  for (;;) {
    const now = ports.now();
    const choice = { health: ports.health.of(pool.key), tried, now, random: ports.random() };
    const origin = chooseOrigin(pool, choice);
    if (!origin) return sent(err({ reason: "no-origin", pool: pool.id }));

    const reply = await ports.origins.fetch({
      url: origin.url + ask.target,
      method: ask.method,
      headers: ask.headers,
      body: replay.value.body,
      firstByteMs: pool.firstByteMs,
      totalMs: pool.totalMs === undefined ? undefined : Math.max(1, deadline - now),
    });
    tried.add(origin.id);
    const at = ports.now();
    const attempted: Attempted = reply.ok
      ? { kind: "status", status: reply.value.status }
      : { kind: "failure", failure: reply.error };
    attempts.push({ origin, attempted, ms: at - now });
    const outcome = verdictOn(pool, attempted);
    if (outcome) ports.health.report(pool.key, { origin: origin.id, outcome, at });

    const objection = objectionToRetry(pool, attempted, {
      ...exchange,
      bodyKept: replay.value.kept,
      attempts: attempts.length,
      timeLeft: deadline - at >= MIN_ATTEMPT_MS,
      originLeft: hasUntried(pool, tried),
    });
    if (objection === undefined) {
      if (reply.ok) ports.background(reply.value.body?.cancel() ?? Promise.resolve()); // frees the connection
      continue;
    }
    // Its own 503 says more than one of ours would.
    if (reply.ok) return sent(ok(reply.value), objection === "not-retryable" ? undefined : objection);
    if (objection === "time-used-up") {
      return sent(err({ reason: "origin-timeout", pool: pool.id, afterMs: at - startedAt }), objection);
    }
    return sent(err(refusalOf(pool, reply.error)), objection);
  }
}

async function replayOf(
  body: ReadableStream<Uint8Array>,
  { ask, pool }: Errand,
  mayBeRepeated: boolean,
): Promise<Result<Replay, Refusal>> {
  const declared = Number(ask.headers.get("content-length") ?? Number.NaN);
  if (!mayBeRepeated || declared > pool.maxReplayBytes) return ok({ body, kept: false });
  const replay = await keepForReplay(body, pool.maxReplayBytes);
  return replay.ok ? replay : err({ reason: "request-body-broken" });
}

function refusalOf(pool: Pool, failure: OriginFailure): Refusal {
  switch (failure.kind) {
    case "connect":
      return { reason: "origin-unreachable", pool: pool.id };
    case "timeout":
      return { reason: "origin-timeout", pool: pool.id, afterMs: failure.afterMs };
    case "request-body-broken":
      return { reason: failure.kind };
  }
}
