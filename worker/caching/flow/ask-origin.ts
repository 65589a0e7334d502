// Sends a request to the pool and records the times. It is the cache's only way to the origins.
import { err, ok, type Result } from "../../../shared/result.ts";
import { objectionToForwarding } from "../../admission/objections.ts";
import { foundGood } from "../../balancing/candidates.ts";
import { send } from "../../balancing/send.ts";
import { sendMirrored } from "../../balancing/send-mirrored.ts";
import { sendPinned } from "../../balancing/send-pinned.ts";
import type { Errand, Sending } from "../../balancing/sending.ts";
import { cancelQuietly } from "../../bodies/cancel-quietly.ts";
import type { Ports } from "../../isolate.ts";
import { latestSnapshot } from "../../keeping/known-snapshot.ts";
import { EMPTY_SNAPSHOT } from "../../keeping/snapshot.ts";
import type { OriginAsk, Reply } from "../../message.ts";
import type { Refusal } from "../../refusal.ts";
import { withoutEchoes } from "../../rewriting/echoed-secrets.ts";
import { fromOrigin } from "../../rewriting/from-origin.ts";
import type { Demand } from "../demand.ts";

export interface OriginAnswer {
  readonly result: Result<Reply, Refusal>;
  /** Undefined if no origin was asked. */
  readonly sending: Sending | undefined;
  /** When the answered attempt was sent. Failed attempts before it do not make the response older. */
  readonly requestedAt: number;
  readonly receivedAt: number;
  /** What was known of the site's purges before the first attempt was sent. */
  readonly revision: number;
}

/** `isWatched`: the body of the answer is read for the store, which notices if it stalls. */
export function askOrigin(
  demand: Demand,
  ask: OriginAsk,
  ports: Ports,
  isWatched = false,
): Promise<OriginAnswer> {
  const { onMiss } = demand;
  if (!onMiss) return askAdmitted(demand, ask, ports, isWatched);
  return Promise.resolve(onMiss()).then((refusal) =>
    refusal ? neverAsked(refusal, demand, ports) : askAdmitted(demand, ask, ports, isWatched),
  );
}

function neverAsked(refusal: Refusal, { site }: Demand, ports: Ports): OriginAnswer {
  const now = ports.now();
  const { revision } = latestSnapshot(site.name, ports) ?? EMPTY_SNAPSHOT;
  return { result: err(refusal), sending: undefined, requestedAt: now, receivedAt: now, revision };
}

function askAdmitted(
  demand: Demand,
  ask: OriginAsk,
  ports: Ports,
  isWatched: boolean,
): Promise<OriginAnswer> {
  const { action, asked, body } = demand;
  const askedAt = ports.now();
  const { revision, origins: told } = latestSnapshot(demand.site.name, ports) ?? EMPTY_SNAPSHOT;
  const objection = objectionToForwarding(ask);
  if (objection) return Promise.resolve(neverAsked(objection, demand, ports));
  const { pool, retriesNonIdempotent } = action;
  for (const found of foundGood(pool, { seen: ports.health.of(pool), told }))
    ports.health.report(pool, { kind: "found-good", ...found });
  const errand = {
    pool,
    ask,
    client: asked.client,
    body,
    retriesNonIdempotent,
    told,
    isWatched: isWatched && pool.idleMs === undefined,
  };
  const { mirror } = action;
  const sendOwn = (own: Errand) =>
    pool.sticky ? sendPinned(own, pool.sticky, asked, ports) : send(own, ports);
  const mirroring = mirror && { mirror, site: demand.site.name, sendOwn };
  const sent = mirroring ? sendMirrored(errand, mirroring, ports) : sendOwn(errand);
  return sent.then(({ result, sending }) => {
    const receivedAt = ports.now();
    ports.metrics?.attempts(demand.site.name, sending.pool, sending.attempts);
    const { answeredBy } = sending;
    const told = { sending, requestedAt: answeredBy?.sentAt ?? askedAt, receivedAt, revision };
    if (!result.ok) return { result, ...told };
    if (isUnasked304(ask, result.value.status)) {
      const refusal = err({ reason: "unasked-not-modified", pool: pool.id } as const);
      return { result: refusal, ...told };
    }
    if (!answeredBy) throw new Error("an answer without an origin");
    const reply = withoutEchoes(fromOrigin(result.value, answeredBy.origin, asked, action.base), ask);
    if (reply.body === null && result.value.body) void cancelQuietly(result.value.body);
    return { result: ok(reply), ...told };
  });
}

/** The request had no condition. If the 304 were relayed, a client that asked for the whole would get no content. */
const isUnasked304 = ({ headers }: OriginAsk, status: number): boolean =>
  status === 304 && !headers.has("if-none-match") && !headers.has("if-modified-since");
