// Answers through one pool of a route or, if nobody of it answers, through the next one. Each pool has its own stored responses, so the pool
// is chosen before the cache is asked, and a request that goes on to another one asks the cache again.
import { type Soon, whenHere } from "../../../shared/soon.ts";
import { firstAble, inOrderFor } from "../../balancing/choose-pool.ts";
import { joined } from "../../balancing/joined.ts";
import { mayRepeat } from "../../balancing/retry.ts";
import { hasNobodyAnswered } from "../../balancing/sorry.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { OriginsTold } from "../../keeping/origins-told.ts";
import type { ProxyAction } from "../../site.ts";
import { type Answer, bodyOf, type Demand } from "../demand.ts";
import { answerThroughCache } from "./fetch-through.ts";

/** A route that names one pool costs nothing more. */
export function answerThroughPools(demand: Demand, told: OriginsTold, ports: Ports): Soon<Answer> {
  const { alternatives } = demand.action;
  if (!alternatives) return answerThroughCache(demand, ports);
  const ordered = inOrderFor(alternatives, demand.asked.client);
  const known = (pool: ProxyAction["pool"]) => ({ seen: ports.health.of(pool), told });
  const mayTry = (pool: ProxyAction["pool"]) =>
    pool.attempts > 1 && mayRepeat(exchangeOf(demand)) && isKeptIn(pool, demand);
  const first = firstAble(ordered, known, ports.now(), mayTry) ?? demand.action;
  return inTurn(
    first,
    ordered.filter((action) => action !== first),
    demand,
    ports,
  );
}

function inTurn(
  action: ProxyAction,
  others: readonly ProxyAction[],
  demand: Demand,
  ports: Ports,
): Soon<Answer> {
  return whenHere(answerThroughCache({ ...demand, action }, ports), (answer) => {
    const [next, ...rest] = others;
    const body = demand.body === null ? null : answer.sending?.bodyLeft;
    if (!next || body === undefined || ports.subrequests?.areUsedUp || !mayGoOn(answer, demand))
      return answer;
    return goOn(answer, inTurn(next, rest, { ...demand, body }, ports), ports);
  });
}

async function goOn(before: Answer, trying: Soon<Answer>, ports: Ports): Promise<Answer> {
  const answer = await trying;
  const sending = joined(before.sending, answer.sending);
  // An origin that says itself that it cannot answer says more than a refusal.
  if (!answer.result.ok && before.result.ok) return before;
  letGo(bodyOf(before), ports);
  return { ...answer, sending };
}

const exchangeOf = ({ asked, action }: Demand) => ({
  method: asked.method,
  hasIdempotencyKey: asked.headers.has("idempotency-key"),
  routeAllows: action.retriesNonIdempotent,
});

/** Whether the body will certainly be kept for another attempt: before it is read, only a declared length tells. */
const isKeptIn = ({ maxReplayBytes }: ProxyAction["pool"], { asked, body }: Demand): boolean =>
  !(body instanceof ReadableStream) ||
  Number(asked.headers.get("content-length") ?? Number.NaN) <= maxReplayBytes;

/** Whether nobody of a pool has answered, or each one badly, and the request may be sent to others. */
function mayGoOn({ result, sending, cache }: Answer, demand: Demand): boolean {
  const isSent = sending !== undefined && sending.attempts.length > 0;
  if (isSent && !mayRepeat(exchangeOf(demand))) return false;
  if (!result.ok)
    return (
      hasNobodyAnswered(result.error.reason) &&
      result.error.reason !== "pinned-origin-out" &&
      sending?.stoppedBy !== "time-used-up"
    );
  const failed = sending?.answeredBy?.attempted;
  const isRelayed =
    cache?.kind === "forward" && failed?.kind === "status" && failed.status === result.value.status;
  return isRelayed && (sending?.stoppedBy === "no-origin-left" || sending?.stoppedBy === "attempts-used-up");
}
