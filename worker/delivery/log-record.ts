// What is recorded of a request? Its log record, and the numbers that are counted. Neither holds credentials, and the log has
// the query only if the site asks for it.
import { remember } from "../../shared/remember.ts";
import { withoutParameter, withoutParameterOfUrl } from "../admission/authentication/without-credentials.ts";
import { causeOf } from "../balancing/retry.ts";
import type { CacheOutcome } from "../caching/law/cache-outcome.ts";
import type { Asked } from "../message.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import type { LogRecord, RequestMeasure } from "../ports.ts";
import { LOG_WITHOUT_SITE } from "./log-formats.ts";

export function logRecord(outcome: Outcome, visit: Visit, now: number): LogRecord {
  const { asked, site, matched, refusal, cache, sending, findings, reply } = outcome;
  const { query, subject, hides } = site?.log ?? LOG_WITHOUT_SITE;
  return {
    time: isoTime(visit.startedAt),
    requestId: requestIdOf(visit, asked),
    client: asked?.client.ip ?? null,
    country: asked?.client.country ?? null,
    protocol: asked?.peer.protocol ?? null,
    scheme: asked?.scheme ?? null,
    host: asked?.host ?? null,
    method: asked?.method ?? null,
    path: asked?.path || null, // it may not be readable
    query: query && asked?.path ? without(asked.query, hides) : null,
    referrer: asked ? referrerOf(asked, query, hides) : null,
    userAgent: asked?.headers.get("user-agent")?.slice(0, MAX_FIELD_LENGTH) ?? null,
    site: site?.name ?? null,
    version: site?.version ?? null,
    route: matched?.route.id ?? null,
    subject: subject ? (findings?.identity?.subject ?? null) : null,
    refusal: refusal?.reason ?? null,
    observed: findings?.observed ?? [],
    cache: cache ? cacheWord(cache) : null,
    cacheReason: cache?.detail ?? null,
    pool: sending?.pool ?? null,
    origin: sending?.answeredBy?.origin.id ?? null,
    attempts: (sending?.attempts ?? []).map(({ origin, attempted }) => `${origin.id} ${causeOf(attempted)}`),
    stoppedBy: sending?.stoppedBy ?? null,
    status: reply.status,
    bytes: lengthOf(outcome),
    ms: now - visit.startedAt,
    totalMs: null,
    ended: null,
  };
}

/** ISO 8601. Formatting a date costs more than the rest of the record, and a second has many requests. */
const isoTime = (ms: number): string =>
  `${isoSecond(String(Math.floor(ms / 1_000)))}.${String(ms % 1_000).padStart(3, "0")}Z`;

const isoSecond = remember(100, (second) => new Date(Number(second) * 1_000).toISOString().slice(0, 19));

/** A request may have 128 KB of header fields. They should not fill the log. */
const MAX_FIELD_LENGTH = 2_048;

/** Without a user name and a password, and only up to the query unless the site logs queries. */
function referrerOf({ headers }: Asked, withQuery: boolean, hides: readonly string[]): string | null {
  const referrer = headers.get("referer");
  if (referrer === null) return null;
  const end = withQuery ? -1 : referrer.search(/[?#]/);
  const target = end === -1 ? withoutInUrl(referrer, hides) : referrer.slice(0, end);
  return target.replace(CREDENTIALS, "$1//").slice(0, MAX_FIELD_LENGTH);
}

/** Without the parameters that are credentials. A page that was opened by a signed link is the referrer of all that is in it. */
const without = (query: string, hides: readonly string[]): string => hides.reduce(withoutParameter, query);

const withoutInUrl = (url: string, hides: readonly string[]): string =>
  hides.reduce(withoutParameterOfUrl, url);

/** Everything up to the last @ of the authority. */
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i;

/** Refusals and faults are always logged. Of the rest, the share that the site asks for is logged. */
export function isLogged({ site, reply, refusal }: Outcome, random: number): boolean {
  return refusal !== undefined || reply.status >= 500 || !site || random < site.log.sample;
}

/** `hit`, `none`, or why the origin was asked. */
export const cacheWord = (cache: CacheOutcome): string => (cache.kind === "forward" ? cache.fwd : cache.kind);

function lengthOf({ reply: { body, headers, transforms }, asked }: Outcome): number | null {
  if (body === null || asked?.method === "HEAD") return 0; // the declared length is that of another response
  if (transforms) return null; // what it becomes is not known yet
  if (body instanceof Uint8Array) return body.length;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  const declared = headers.get("content-length");
  return declared === null ? null : Number(declared);
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
