// What is recorded of a request? Its log record, and the numbers that are counted. Neither holds credentials, and the log has
// the query only if the site asks for it.
import type { CacheOutcome } from "../caching/law/cache-outcome.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import type { LogRecord, RequestMeasure } from "../ports.ts";

export function logRecord(outcome: Outcome, visit: Visit, now: number): LogRecord {
  const { asked, site, matched, refusal, cache, sending, reply } = outcome;
  return {
    time: new Date(visit.startedAt).toISOString(),
    requestId: requestIdOf(visit, asked),
    client: asked?.client.ip ?? null,
    country: asked?.client.country ?? null,
    host: asked?.host ?? null,
    method: asked?.method ?? null,
    path: asked?.path ?? null,
    query: site?.log.query ? (asked?.query ?? null) : null,
    site: site?.name ?? null,
    version: site?.version ?? null,
    route: matched?.route.id ?? null,
    refusal: refusal?.reason ?? null,
    cache: cache ? cacheWord(cache) : null,
    cacheReason: cache?.detail ?? null,
    pool: sending?.pool ?? null,
    origin: sending?.answeredBy?.origin.id ?? null,
    attempts: (sending?.attempts ?? []).map(
      ({ origin, attempted }) =>
        `${origin.id} ${attempted.kind === "status" ? attempted.status : attempted.failure.kind}`,
    ),
    status: reply.status,
    bytes: lengthOf(outcome),
    ms: now - visit.startedAt,
  };
}

/** Refusals and faults are always logged. Of the rest, the share that the site asks for is logged. */
export function isLogged({ site, reply, refusal }: Outcome, random: number): boolean {
  return refusal !== undefined || reply.status >= 500 || !site || random < site.log.sample;
}

/** `hit`, `none`, or why the origin was asked. */
export const cacheWord = (cache: CacheOutcome): string => (cache.kind === "forward" ? cache.fwd : cache.kind);

function lengthOf({ reply }: Outcome): number | null {
  const declared = reply.headers.get("content-length");
  if (declared !== null) return Number(declared);
  if (reply.body === null) return 0;
  if (typeof reply.body === "string") return new TextEncoder().encode(reply.body).length;
  return reply.body instanceof Uint8Array ? reply.body.length : null;
}

/** The numbers recorded for every request, including those that the log does not sample. */
export function measureOf(outcome: Outcome, visit: Visit, now: number): RequestMeasure {
  const { site, matched, reply, refusal, cache, sending } = outcome;
  return {
    site: site?.name ?? null,
    route: matched?.route.id ?? null,
    status: reply.status,
    refusal: refusal?.reason ?? null,
    cache: cache ? cacheWord(cache) : null,
    origin: sending?.answeredBy?.origin.id ?? null,
    ms: now - visit.startedAt,
  };
}
