// Sends a request to a pool: makes an attempt, and another one if that fails and the request may be repeated. Pure functions beside
// this file make every choice.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Soon } from "../../shared/soon.ts";
import { letGo } from "../bodies/let-go.ts";
import { TimedReading } from "../bodies/read-in-time.ts";
import { keepForReplay, type Replay } from "../bodies/replay.ts";
import type { Refusal } from "../refusal.ts";
import { canAfford } from "./budgets.ts";
import { areAllOut, areSurelyOut } from "./candidates.ts";
import { hasUntried } from "./choose.ts";
import { Deadline } from "./deadline.ts";
import { hedged } from "./hedge.ts";
import { hedgeAfterMs, mayHedge } from "./hedging.ts";
import { fullness, hasFailed, limitOn, type PoolLimit } from "./limits.ts";
import type { BreakerRules } from "./load/breaker.ts";
import type { PoolLoad } from "./load/pool-load.ts";
import { nextOrigin } from "./next-origin.ts";
import { pauseMs } from "./pauses.ts";
import { takesNoOther } from "./pinned-origin.ts";
import { refusalAfter } from "./refusal-after.ts";
import { isFailure, mayRepeat, objectionToRetry } from "./retry.ts";
import type { Errand, Journey, Made, Sending, SendPorts, Sent } from "./sending.ts";
import { limitOf } from "./timeouts.ts";
import { choiceOf, concluded, tryOrigin } from "./try-origin.ts";

/** If less than this is left of the total time-out, another attempt is not worth a connection. */
const MIN_ATTEMPT_MS = 10;

export function send(errand: Errand, ports: SendPorts): Promise<Sent> {
  const { pool } = errand;
  const load = pool.remembers ? ports.load.ofPool(pool) : null;
  if (!load) return prepared(errand, null, ports);
  const now = ports.now();
  const limit = limitOn(pool, load, now);
  if (limit) return Promise.resolve(refused(errand, limit));
  load.spent.add("request", now);
  return pool.breaker ? watched(errand, load, pool.breaker, ports) : prepared(errand, load, ports);
}

function refused(errand: Errand, { reason, retryAfterMs }: PoolLimit, body = errand.body): Sent {
  const refusal = { reason, pool: errand.pool.id, retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) };
  return sent({ errand, attempts: [], replay: { body, kept: false } }, err(refusal));
}

/** What became of the request decides whether the breaker opens or closes. */
function watched(errand: Errand, load: PoolLoad, rules: BreakerRules, ports: SendPorts): Promise<Sent> {
  const { pool } = errand;
  const wasTrial = load.begin(ports.now(), pool.firstByteMs + MIN_ATTEMPT_MS);
  return prepared(errand, load, ports).then((sent) => {
    load.end({ failed: hasFailed(pool, sent), wasTrial }, rules, ports.now());
    return sent;
  });
}

/** The body of a request that may be repeated is read first. */
function prepared(errand: Errand, load: PoolLoad | null, ports: SendPorts): Promise<Sent> {
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
      deadline: new Deadline(startedAt, pool.totalMs),
      exchange,
      replay,
      load,
      attempts: [],
      tried: new Set(),
    });
  if (!(body instanceof ReadableStream)) return begin({ body, kept: true });
  return replayOf(body, errand, pool.attempts > 1 && mayRepeat(exchange), ports).then((replay) => {
    if (!replay.ok) return sent({ errand, attempts: [], replay: NO_BODY }, replay);
    const limit = load ? fullness(pool, load, ports.now()) : undefined;
    return limit ? refused(errand, limit, replay.value.body) : begin(replay.value);
  });
}

function attempt(journey: Journey): Promise<Sent> {
  const { errand, ports } = journey;
  const { pool } = errand;
  const now = ports.now();
  const choice = choiceOf(journey, now);
  const isHopeless = !mayRepeat(journey.exchange) && areSurelyOut(pool, choice.known, now);
  const origin = isHopeless ? "no-origin" : nextOrigin(pool, errand.pin, choice);
  if (typeof origin === "string")
    return Promise.resolve(sent(journey, err({ reason: origin, pool: pool.id })));
  const trying = tryOrigin(origin, choice, journey);
  const afterMs = hedgeTime(journey, now);
  if (afterMs !== undefined)
    return hedged(trying, afterMs, journey).then((made) => afterwards(made, journey));
  return trying.reply.then((reply) => afterwards(concluded(trying, reply, journey), journey));
}

/** Undefined if the attempt is not hedged. */
function hedgeTime({ errand, attempts, load, replay }: Journey, now: number): number | undefined {
  const { pool, ask, pin } = errand;
  if (!pool.hedge || !load || pin || attempts.length > 0 || pool.attempts < 2) return undefined;
  const upgrades = ask.headers.has("upgrade");
  if (!mayHedge({ method: ask.method, upgrades, bodyKept: replay.kept })) return undefined;
  return hedgeAfterMs(pool.hedge, load, pool.firstByteMs, now);
}

/** The result of an attempt becomes the answer, or another attempt follows. */
function afterwards({ attempt: made, reply }: Made, journey: Journey): Soon<Sent> {
  const { errand, ports, load, attempts, deadline } = journey;
  const { pool } = errand;
  const { attempted } = made;
  if (reply.ok && !isFailure(pool, attempted)) return sent(journey, reply, { answeredBy: made });

  const at = ports.now();
  const choice = choiceOf(journey, at);
  const originLeft = !takesNoOther(pool, errand.pin) && hasUntried(pool, choice);
  const isElsewhere = originLeft && !reply.ok && reply.error.kind === "connect";
  const pause = pauseMs({ backoffMs: pool.backoffMs, attempts: attempts.length, isElsewhere }, ports.random);
  const objection = objectionToRetry(pool, attempted, {
    ...journey.exchange,
    bodyKept: journey.replay.kept,
    attempts: attempts.length,
    timeLeft: deadline.leftAt(at) - pause >= MIN_ATTEMPT_MS,
    originLeft,
    isBreakerOpen: load?.isOpen(at) === true,
    budgetLeft: !load || canAfford("retry", pool.retryBudget, load, at),
    subrequestsLeft: !ports.subrequests?.areUsedUp,
  });
  if (objection === undefined) {
    if (reply.ok) letGo(reply.value.body, ports); // frees the connection
    load?.spent.add("retry", at); // before the pause: those that wait have spent it too
    return pause === 0 ? attempt(journey) : ports.wait(pause).then(() => attempt(journey));
  }
  // The origin's own 503 says more than one of ours would.
  if (reply.ok) return sent(journey, reply, { answeredBy: made, stoppedBy: objection });
  const refusal: Refusal =
    objection === "time-used-up"
      ? { reason: "origin-timeout", pool: pool.id, afterMs: at - journey.startedAt }
      : refusalAfter(pool, reply.error, {
          allOut: areAllOut(pool, choice.known, at),
          mayRepeat: mayRepeat(journey.exchange),
        });
  return sent(journey, err(refusal), { stoppedBy: objection });
}

const NO_BODY: Replay = { body: null, kept: true };

function sent(
  { errand, attempts, replay }: Pick<Journey, "errand" | "attempts" | "replay">,
  result: Sent["result"],
  { answeredBy, stoppedBy }: Partial<Pick<Sending, "answeredBy" | "stoppedBy">> = {},
): Sent {
  const sending = { pool: errand.pool.id, attempts, answeredBy, stoppedBy };
  const isGood = result.ok && stoppedBy === undefined;
  const isLeft = !isGood && replay.body !== null && (replay.kept || attempts.length === 0);
  return { sending: isLeft ? { ...sending, bodyLeft: replay.body } : sending, result };
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
