// Sends a request to a pool: chooses an origin, asks it, and tries another one if that fails and the request may be
// repeated. Pure functions beside this file make every choice.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Soon } from "../../shared/soon.ts";
import { letGo } from "../bodies/let-go.ts";
import { TimedReading } from "../bodies/read-in-time.ts";
import { keepForReplay, type Replay } from "../bodies/replay.ts";
import type { Ports } from "../isolate.ts";
import type { OriginsTold } from "../keeping/origins-told.ts";
import type { Body, OriginAsk, Peer } from "../message.ts";
import type { OriginFailure, OriginReply } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { urlAt } from "../rewriting/from-origin.ts";
import { fieldsAt } from "../rewriting/to-origin.ts";
import { areAllOut, isDoubtful } from "./candidates.ts";
import { chooseOrigin, hasUntried } from "./choose.ts";
import { holdPlace } from "./hold-place.ts";
import type { Pin } from "./pin.ts";
import { pinnedOrigin, takesNoOther } from "./pinned-origin.ts";
import type { Origin, Pool } from "./pool.ts";
import { isTrial } from "./pool-standing.ts";
import { refusalAfter } from "./refusal-after.ts";
import {
  type Attempted,
  causeOf,
  mayRepeat,
  objectionToRetry,
  type RetryCandidate,
  type RetryRefusal,
  tellsLatency,
  verdictOn,
} from "./retry.ts";
import { limitOf } from "./timeouts.ts";

/** If less than this is left of the total time-out, another attempt is not worth a connection. */
const MIN_ATTEMPT_MS = 10;

/** A trial of which nothing is heard for so much longer than its time-out is lost, and another request may try the origin. */
const TRIAL_MARGIN_MS = 1_000;

export interface Errand {
  readonly pool: Pool;
  readonly ask: OriginAsk;
  readonly client: Pick<Peer, "ip">;
  readonly body: Body;
  readonly retriesNonIdempotent: boolean;
  /** The origin that the client is bound to, in a pool with sticky sessions. */
  readonly pin?: Pin | undefined;
  /** What the keeper of the site tells of its origins. */
  readonly told: OriginsTold;
  /** The caller notices if the body of the answer stalls. */
  readonly isWatched?: boolean;
}

/** What was tried, for Proxy-Status and the log. */
export interface Sending {
  readonly pool: string;
  readonly attempts: readonly Attempt[];
  /** The attempt whose response is the answer. It is not always the last one. */
  readonly answeredBy: Attempt | undefined;
  /** Why a failed attempt was the last one; undefined if none failed. */
  readonly stoppedBy: RetryRefusal | undefined;
  /** A Set-Cookie field that binds the client to the origin that has answered. */
  readonly binds?: string;
}

export interface Attempt {
  readonly origin: Origin;
  readonly attempted: Attempted;
  readonly sentAt: number;
  readonly ms: number;
}

export interface Sent {
  readonly sending: Sending;
  readonly result: Result<OriginReply, Refusal>;
}

export type SendPorts = Pick<
  Ports,
  "now" | "after" | "random" | "health" | "turns" | "load" | "origins" | "background"
>;

/** The state of a request on its way through the attempts. */
interface Journey {
  readonly errand: Errand;
  readonly ports: SendPorts;
  readonly startedAt: number;
  readonly deadline: number;
  readonly exchange: Pick<RetryCandidate, "method" | "hasIdempotencyKey" | "routeAllows">;
  readonly replay: Replay;
  readonly attempts: Attempt[];
  readonly tried: Set<string>;
}

export function send(errand: Errand, ports: SendPorts): Promise<Sent> {
  const { pool, ask, body } = errand;
  const startedAt = ports.now();
  const exchange = {
    method: ask.method,
    hasIdempotencyKey: ask.headers.has("idempotency-key"),
    routeAllows: errand.retriesNonIdempotent,
  };
  const begin = (replay: Replay) =>
    attempt({
      errand,
      ports,
      startedAt,
      deadline: startedAt + (pool.totalMs ?? Number.POSITIVE_INFINITY),
      exchange,
      replay,
      attempts: [],
      tried: new Set(),
    });
  if (!(body instanceof ReadableStream)) return begin({ body, kept: true });
  return replayOf(body, errand, pool.attempts > 1 && mayRepeat(exchange), ports).then((replay) =>
    replay.ok ? begin(replay.value) : sent({ errand, attempts: [] }, replay),
  );
}

function attempt(journey: Journey): Promise<Sent> {
  const { errand, ports, deadline, tried, replay } = journey;
  const { pool, ask } = errand;
  const now = ports.now();
  const known = { seen: ports.health.of(pool), told: errand.told };
  const mayTry = pool.attempts > 1 && replay.kept && mayRepeat(journey.exchange);
  const choice = {
    known,
    tried,
    now,
    mayTry,
    random: ports.random,
    turns: ports.turns,
    load: ports.load,
    request: errand,
  };
  const pinned = pinnedOrigin(pool, { pin: errand.pin, known, tried, now });
  if (pinned === "out")
    return Promise.resolve(sent(journey, err({ reason: "pinned-origin-out", pool: pool.id })));
  const origin = pinned ?? chooseOrigin(pool, choice);
  if (!origin) return Promise.resolve(sent(journey, err({ reason: "no-origin", pool: pool.id })));

  // A signal makes a request more expensive, so only an attempt that is likely to fail gets one.
  // An attempt that is counted gets one too: its place is free only once its connection is closed.
  const mayBeGivenUp = tried.size > 0 || isDoubtful(origin, known) || pool.countsLoad;
  const giveUp = mayBeGivenUp ? new AbortController() : undefined;
  const url = origin.seenAs ? urlAt(origin, ask.authority) : origin.url;
  const request = {
    url: url + ask.target,
    method: ask.method,
    headers: fieldsAt(ask, url),
    body: replay.body,
    firstByteMs: pool.firstByteMs,
    totalMs: pool.totalMs === undefined ? undefined : Math.max(1, deadline - now),
    ...(origin.endpoint && { endpoint: origin.endpoint }),
    idleMs: limitOf(pool.idleMs),
    ...(giveUp && { giveUp: giveUp.signal }),
    ...(pool.countsLoad && { ended: holdPlace(origin, ports) }),
    ...(errand.isWatched && { mayBeCutOff: true }),
  };
  const triesOut = known.seen.get(origin.id)?.kind === "out" && beginTrial(origin, now, journey);
  const ending = ports.origins.fetch(request).then((reply) => {
    if (!reply.ok) giveUp?.abort(); // after a time-out the origin may still be at work
    return afterwards(reply, origin, now, journey);
  });
  // Without its client it goes on, because the verdict is awaited, and nobody else may try the origin until then.
  if (triesOut) ports.background(ending.then(nothing, nothing));
  return ending;
}

function beginTrial(origin: Origin, at: number, { errand: { pool }, ports }: Journey): boolean {
  const withinMs = pool.firstByteMs + TRIAL_MARGIN_MS;
  ports.health.report(pool, { kind: "sent", origin: origin.id, at, withinMs });
  return isTrial(ports.health.of(pool), origin.id, at);
}

const nothing = () => {};

/** The result of an attempt becomes the answer, or another attempt follows. */
function afterwards(
  reply: Result<OriginReply, OriginFailure>,
  origin: Origin,
  sentAt: number,
  journey: Journey,
): Soon<Sent> {
  const { errand, ports, attempts, tried, deadline } = journey;
  const { pool } = errand;
  tried.add(origin.id);
  const at = ports.now();
  const attempted: Attempted = reply.ok
    ? { kind: "status", status: reply.value.status }
    : { kind: "failure", failure: reply.error };
  const made: Attempt = { origin, attempted, sentAt, ms: at - sentAt };
  attempts.push(made);
  const outcome = verdictOn(pool, attempted);
  if (pool.countsLoad && tellsLatency(attempted, outcome)) ports.load.answered(origin.loadKey, at - sentAt);
  const random = outcome === "answered" ? 0 : ports.random();
  const because = causeOf(attempted);
  ports.health.report(pool, { kind: "ended", origin: origin.id, outcome, because, sentAt, at, random });

  const known = { seen: ports.health.of(pool), told: errand.told };
  const objection = objectionToRetry(pool, attempted, {
    ...journey.exchange,
    bodyKept: journey.replay.kept,
    attempts: attempts.length,
    timeLeft: deadline - at >= MIN_ATTEMPT_MS,
    originLeft: !takesNoOther(pool, errand.pin) && hasUntried(pool, { known, tried, now: at }),
  });
  if (objection === undefined) {
    if (reply.ok) letGo(reply.value.body, ports); // frees the connection
    return attempt(journey);
  }
  // The origin's own 503 says more than one of ours would.
  if (reply.ok) {
    const stoppedBy = objection === "not-retryable" ? undefined : objection;
    return sent(journey, reply, { answeredBy: made, stoppedBy });
  }
  const refusal: Refusal =
    objection === "time-used-up"
      ? { reason: "origin-timeout", pool: pool.id, afterMs: at - journey.startedAt }
      : refusalAfter(pool, reply.error, {
          allOut: areAllOut(pool, known, at),
          mayRepeat: mayRepeat(journey.exchange),
        });
  return sent(journey, err(refusal), { stoppedBy: objection });
}

function sent(
  { errand, attempts }: Pick<Journey, "errand" | "attempts">,
  result: Sent["result"],
  { answeredBy, stoppedBy }: Partial<Pick<Sending, "answeredBy" | "stoppedBy">> = {},
): Sent {
  return { sending: { pool: errand.pool.id, attempts, answeredBy, stoppedBy }, result };
}

async function replayOf(
  body: ReadableStream<Uint8Array>,
  { ask, pool }: Errand,
  mayBeRepeated: boolean,
  ports: SendPorts,
): Promise<Result<Replay, Refusal>> {
  const declared = Number(ask.headers.get("content-length") ?? Number.NaN);
  if (!mayBeRepeated || declared > pool.maxReplayBytes) return ok({ body, kept: false });
  const reading = new TimedReading({ idleMs: limitOf(pool.idleMs), totalMs: pool.totalMs }, ports);
  const replay = await keepForReplay(body, pool.maxReplayBytes, reading.read);
  reading.end();
  if (replay.ok) return replay;
  return err({ reason: reading.isLate ? "request-body-stalled" : "request-body-broken" });
}
