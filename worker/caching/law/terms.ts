// For how long, and under which conditions, may a response be reused? Computed once, when the response is stored, so that a
// hit needs only arithmetic. RFC 9111 §4.2 and §5.2.2, RFC 5861.
import { type Directives, fieldsNamedBy, gives, secondsOf, tellsSeconds } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";
import type { CacheRules } from "./rules.ts";
import { isHeuristicallyCacheable, isOfOneRequest, isPassingTrouble } from "./status-codes.ts";
import { type Addressed, directivesForUs } from "./targeted.ts";

export interface Terms {
  /** The freshness lifetime, and where it comes from. */
  readonly freshForMs: number;
  readonly because: FreshnessReason;
  /** How long a stale response is served at once while it is revalidated. */
  readonly staleWhileRevalidateMs: number;
  /** How long a stale response is served while the origin answers with errors. */
  readonly staleIfErrorMs: number;
  /** How long a stale response is served while the origin cannot be reached (RFC 9111 §4.2.4). */
  readonly staleIfDisconnectedMs: number;
  /** Never used without validation, even while fresh (`no-cache`). */
  readonly alwaysRevalidate: boolean;
}

export type FreshnessReason =
  | "route-ttl"
  | "status-ttl"
  | "s-maxage"
  | "max-age"
  | "expires"
  | "default-ttl"
  | "heuristic"
  /** `max-age` or `s-maxage` is present but invalid: the response is stale (RFC 9111 §4.2.1). */
  | "invalid"
  | "none";

export interface DatedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly receivedAt: number;
}

/** Heuristic freshness: a tenth of the time since the last modification, at most a day (RFC 9111 §4.2.2). */
const HEURISTIC_SHARE = 0.1;
const HEURISTIC_MAX_MS = 86_400_000;

/** How long a stored response is served while the origin cannot be reached, unless something forbids it. */
const DISCONNECTED_MS = 86_400_000;

export function termsOf(
  response: DatedResponse,
  rules: CacheRules,
  { directives, field }: Addressed = directivesForUs(response.headers),
): Terms {
  const alwaysRevalidate = fieldsNamedBy(directives, "no-cache") === "all";
  const { freshForMs, because } = freshness(response, directives, field === "cache-control", rules);
  const mayBeStale = because !== "invalid" && forbidderOfStale(directives, rules) === undefined;
  const stale = (ms: number | undefined) => (mayBeStale ? (ms ?? 0) : 0);
  // The route's stale windows extend an explicit freshness lifetime. They do not make a response usable that was never
  // declared fresh, and they do not serve yesterday's error.
  const isStretched = freshForMs > 0 && !isPassingTrouble(response.status);
  const routes = (ms: number | undefined) => (isStretched ? ms : undefined);
  const errorMs = Math.max(
    inMs(secondsOf(directives, "stale-if-error")) ?? 0,
    routes(rules.staleIfErrorMs) ?? 0,
  );
  const disconnectedMs = routes(rules.staleIfErrorMs === 0 ? 0 : DISCONNECTED_MS) ?? 0;
  return {
    freshForMs,
    because,
    staleWhileRevalidateMs: stale(
      inMs(secondsOf(directives, "stale-while-revalidate")) ?? routes(rules.staleWhileRevalidateMs),
    ),
    staleIfErrorMs: stale(errorMs),
    // A route that forbids stale responses on errors also forbids them when the connection fails.
    staleIfDisconnectedMs: stale(Math.max(errorMs, disconnectedMs)),
    alwaysRevalidate,
  };
}

export type StaleForbidder = "no-cache" | "must-revalidate" | "proxy-revalidate" | "s-maxage";

/** `s-maxage` implies proxy-revalidate (RFC 9111 §5.2.2.10), unless the route chooses otherwise. */
export function forbidderOfStale(directives: Directives, rules: CacheRules): StaleForbidder | undefined {
  if (fieldsNamedBy(directives, "no-cache") === "all") return "no-cache";
  if (directives.has("must-revalidate")) return "must-revalidate";
  if (directives.has("proxy-revalidate")) return "proxy-revalidate";
  return directives.has("s-maxage") && !rules.staleDespiteSMaxage ? "s-maxage" : undefined;
}

function freshness(
  response: DatedResponse,
  directives: Directives,
  expiresIsForUs: boolean,
  rules: CacheRules,
): { freshForMs: number; because: FreshnessReason } {
  const { status, headers, receivedAt } = response;
  const statusTtl = rules.statusTtlMs(status);
  if (statusTtl !== undefined) return { freshForMs: statusTtl, because: "status-ttl" };
  // Not for errors: a page that is missing for a moment would be missing for the whole lifetime of the page.
  if (rules.ttlMs !== undefined && status < 400 && isHeuristicallyCacheable(status)) {
    return { freshForMs: rules.ttlMs, because: "route-ttl" };
  }

  for (const name of ["s-maxage", "max-age"] as const) {
    const freshForMs = inMs(secondsOf(directives, name));
    if (freshForMs === undefined) continue;
    return tellsSeconds(directives, name) ? { freshForMs, because: name } : INVALID;
  }

  const date = parseHttpDate(headers.get("date"), receivedAt) ?? receivedAt;
  if (expiresIsForUs && headers.has("expires")) {
    const expires = parseHttpDate(headers.get("expires"), receivedAt); // an invalid date means the past (§5.3)
    return { freshForMs: expires === undefined ? 0 : Math.max(0, expires - date), because: "expires" };
  }

  const byDefault = isHeuristicallyCacheable(status);
  const isPublic = gives(directives, "public"); // makes other status codes cacheable too (§5.2.2.9)
  if (!byDefault && !isPublic) return { freshForMs: 0, because: "none" };
  // The route's default lifetime is meant for pages. It does not know how long an error lasts, and a 414 is about one request.
  if (rules.defaultTtlMs !== undefined && (byDefault || status < 400) && !isOfOneRequest(status)) {
    return { freshForMs: rules.defaultTtlMs, because: "default-ttl" };
  }
  const modified = parseHttpDate(headers.get("last-modified"), receivedAt);
  if (modified === undefined || modified >= date) return { freshForMs: 0, because: "none" };
  return {
    freshForMs: Math.min((date - modified) * HEURISTIC_SHARE, HEURISTIC_MAX_MS),
    because: "heuristic",
  };
}

const INVALID = { freshForMs: 0, because: "invalid" } as const;

const inMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;
