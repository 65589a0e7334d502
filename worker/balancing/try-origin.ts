// One attempt: asks an origin, and remembers how that went. Flow.
import { err, type Result } from "../../shared/result.ts";
import type { OriginFailure, OriginReply } from "../ports.ts";
import { urlAt } from "../rewriting/from-origin.ts";
import { fieldsAt } from "../rewriting/to-origin.ts";
import { disclosedFields, disclosedTarget } from "../rewriting/withheld.ts";
import { isEndNoticed, tellBodyEnd } from "./body-end.ts";
import { isDoubtful } from "./candidates.ts";
import { type Choice, hasUntried } from "./choose.ts";
import { holdPlace } from "./hold-place.ts";
import type { Origin } from "./pool.ts";
import { isTrial } from "./pool-standing.ts";
import { type Attempted, causeOf, latencyShown, mayRepeat, tellsLatency, verdictOn } from "./retry.ts";
import type { Attempt, Journey, Made } from "./sending.ts";
import type { BodyEnd } from "./standing.ts";
import { limitOf, takesWithin } from "./timeouts.ts";

/** An attempt under way. */
export interface Trying {
  readonly origin: Origin;
  readonly sentAt: number;
  readonly reply: Promise<Result<OriginReply, OriginFailure>>;
  /** Undefined if it cannot be given up. */
  readonly giveUp: AbortController | undefined;
  /** It tries an origin out. */
  readonly triesOut: boolean;
}

/** A trial of which nothing is heard for so much longer than its time-out is lost, and another request may try the origin. */
const TRIAL_MARGIN_MS = 1_000;

export const choiceOf = ({ errand, ports, tried, exchange, replay }: Journey, now: number): Choice => ({
  known: { seen: ports.health.of(errand.pool), told: errand.told },
  tried,
  now,
  mayTry: errand.pool.attempts > 1 && replay.kept && mayRepeat(exchange),
  random: ports.random,
  turns: ports.turns,
  load: ports.load,
  request: errand,
});

/** Sends the request to the origin. */
export function tryOrigin(origin: Origin, { known, now }: Choice, journey: Journey): Trying {
  const { errand, ports, replay, tried, deadline } = journey;
  const { pool, ask } = errand;
  const isRepeated = tried.size > 0;
  tried.add(origin.id);
  if (ports.subrequests?.take() === false)
    return { origin, sentAt: now, reply: NOT_STARTED, giveUp: undefined, triesOut: false };
  // A signal makes a request more expensive, so only an attempt that is likely to fail gets one, or to lose against a hedge. One that
  // is counted gets one too: its place is free only once its connection is closed.
  const mayBeGivenUp = isRepeated || isDoubtful(origin, known) || pool.countsLoad || pool.hedge !== null;
  const giveUp = mayBeGivenUp ? new AbortController() : undefined;
  const url = origin.seenAs ? urlAt(origin, ask.authority) : origin.url;
  const request = {
    url: url + disclosedTarget(ask),
    method: ask.method,
    headers: disclosedFields(ask, fieldsAt(ask, url)),
    body: replay.body,
    firstByteMs: pool.perTryMs === null ? pool.firstByteMs : patienceWith(pool.perTryMs, journey, now),
    totalMs: pool.totalMs === undefined ? undefined : Math.max(1, deadline.leftAt(now)),
    ...(origin.endpoint && { endpoint: origin.endpoint }),
    ...(origin.files && { files: origin.files }),
    idleMs: limitOf(pool.idleMs),
    takesWithinMs: takesWithin(pool),
    ...(giveUp && { giveUp: giveUp.signal }),
    ...(pool.countsLoad && { ended: holdPlace(pool, origin, ports) }),
    ...(isEndNoticed(pool) && {
      bodyEnded: (how: BodyEnd["how"]) => tellBodyEnd(pool, { origin, sentAt: now }, how, ports),
    }),
    ...(errand.isWatched && { mayBeCutOff: true }),
  };
  const triesOut = known.seen.get(origin.id)?.kind === "out" && beginTrial(origin, now, journey);
  const reply = ports.origins.fetch(request);
  // Without its client it goes on, because the verdict is awaited, and nobody else may try the origin until then.
  if (triesOut) ports.background(reply.then(nothing, nothing));
  return { origin, sentAt: now, reply, giveUp, triesOut };
}

const NOT_STARTED = Promise.resolve(err({ kind: "too-many-subrequests" } as const));

function beginTrial(origin: Origin, at: number, { errand: { pool }, ports }: Journey): boolean {
  const withinMs = pool.firstByteMs + TRIAL_MARGIN_MS;
  ports.health.report(pool, { kind: "sent", origin: origin.id, at, withinMs });
  return isTrial(ports.health.of(pool), origin.id, at);
}

const nothing = () => {};

/** An attempt is cut short only if another one can follow: giving up the last one would bring the client nothing. */
function patienceWith(perTryMs: number, journey: Journey, now: number): number {
  const { errand, exchange, replay, attempts } = journey;
  const { pool } = errand;
  const mayFollow =
    attempts.length + 1 < pool.attempts &&
    pool.retryOn.has("timeout") &&
    mayRepeat(exchange) &&
    replay.kept &&
    hasUntried(pool, choiceOf(journey, now));
  return mayFollow ? Math.min(perTryMs, pool.firstByteMs) : pool.firstByteMs;
}

/** Remembers what an attempt says of its origin. */
export function concluded(trying: Trying, reply: Made["reply"], journey: Journey): Made {
  if (!reply.ok) trying.giveUp?.abort(); // after a time-out the origin may still be at work
  const attempted: Attempted = reply.ok
    ? { kind: "status", status: reply.value.status }
    : { kind: "failure", failure: reply.error };
  return { attempt: recorded(trying, attempted, journey), reply };
}

/**
 * Closes the connection of an attempt that another one was faster than. That says nothing against its origin. One that tries an origin
 * out goes on: without a verdict the next request would have to try it, and each of them would wait for its hedge.
 */
export function abandoned(trying: Trying, journey: Journey): void {
  if (trying.triesOut) goOnAlone(trying, journey);
  else {
    trying.giveUp?.abort();
    recorded(trying, GIVEN_UP, journey);
  }
}

const GIVEN_UP: Attempted = { kind: "failure", failure: { kind: "given-up" } };

/** For the client it is over, so its end is no part of the record of the request. */
function goOnAlone(trying: Trying, journey: Journey): void {
  const { origin, sentAt, reply } = trying;
  const { attempts, ports } = journey;
  attempts.push({ origin, attempted: GIVEN_UP, sentAt, ms: ports.now() - sentAt });
  const afterAll = { ...journey, attempts: [] };
  ports.background(reply.then((came) => void concluded(trying, came, afterAll), nothing));
}

function recorded({ origin, sentAt }: Trying, attempted: Attempted, journey: Journey): Attempt {
  const { errand, ports, load, attempts } = journey;
  const { pool } = errand;
  const at = ports.now();
  const attempt = { origin, attempted, sentAt, ms: at - sentAt };
  attempts.push(attempt);
  const outcome = verdictOn(pool, attempted);
  const random = outcome === "answered" ? 0 : ports.random();
  const because = causeOf(attempted);
  ports.health.report(pool, { kind: "ended", origin: origin.id, outcome, because, sentAt, at, random });
  if (pool.countsLoad || pool.hedge) {
    const shown = latencyShown(attempted, outcome, attempt.ms);
    if (shown !== undefined) ports.load.answered(origin.loadKey, shown);
    if (tellsLatency(attempted, outcome)) load?.latencies.add(attempt.ms, at);
  }
  return attempt;
}
