// What would a stored response allow for this request? The response is given by the caller; the judgement is that of
// the cache.
import type { StoredExplained } from "../../shared/explain.ts";
import { formatDuration } from "../../shared/site/units.ts";
import type { ResponseEntry } from "../caching/entry.ts";
import { judge, mayStandIn } from "../caching/law/judge.ts";
import { asStale } from "../caching/law/purged.ts";
import type { CacheRules } from "../caching/law/rules.ts";
import { objectionToStoring } from "../caching/law/storable.ts";
import { directivesForUs } from "../caching/law/targeted.ts";
import { forbidderOfStale, type StaleForbidder, type Terms } from "../caching/law/terms.ts";
import { contentLocationIsTarget, toEntry } from "../caching/law/to-entry.ts";
import { validatingFields } from "../caching/law/validators.ts";
import type { PurgeMode } from "../keeping/purge-target.ts";
import type { Asked, OriginAsk } from "../message.ts";

/** A response that the cache is assumed to hold. */
export interface ImaginedStored {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** Since it was received. */
  readonly ageMs: number;
  /** If it has been purged since. */
  readonly purged?: PurgeMode | undefined;
}

export interface StoredQuestion {
  readonly asked: Asked;
  readonly ask: OriginAsk;
  readonly rules: CacheRules;
  readonly stored: ImaginedStored;
  readonly now: number;
}

export function explainStored({ asked, ask, rules, stored, now }: StoredQuestion): StoredExplained {
  const headers = new Headers(stored.headers.map(([name, value]) => [name, value]));
  const receivedAt = now - stored.ageMs;
  const times = { requestedAt: receivedAt, receivedAt, revision: 0 };
  const received = { status: stored.status, statusText: "", headers, ...times };
  const entry = toEntry(received, rules, asked);
  const objection = objectionToStoring({
    method: asked.method === "HEAD" ? "GET" : asked.method,
    requestHeaders: ask.headers,
    path: asked.path,
    status: stored.status,
    headers,
    terms: () => entry.terms,
    rules,
    contentLocationIsTarget: contentLocationIsTarget(headers, asked),
  });
  if (objection !== undefined)
    return { verdict: "not-stored", because: objection, ttlSeconds: null, notes: [] };
  if (stored.purged === "hard") return HARD_PURGED;
  const held = stored.purged === "soft" ? asStale(entry, now) : entry;
  const verdict = judge(held, now);
  return {
    verdict: verdict.kind,
    because: stored.purged ? "purged" : entry.terms.because,
    ttlSeconds: Math.floor(verdict.ttlMs / 1000),
    notes: [
      ...aboutVerdict(verdict.kind, entry),
      ...aboutTrouble(held, now),
      ...aboutPromises(staleInVain(headers, rules, entry.terms)),
    ],
  };
}

const HARD_PURGED: StoredExplained = {
  verdict: "not-stored",
  because: "purged",
  ttlSeconds: null,
  notes: ["fetched anew, as if it had not been stored"],
};

function aboutVerdict(verdict: ReturnType<typeof judge>["kind"], entry: ResponseEntry): string[] {
  switch (verdict) {
    case "fresh":
      return ["answered from the store"];
    case "stale-while-revalidate":
      return ["answered from the store at once, and refreshed in the background"];
    case "revalidate": {
      const names = validatingFields(entry).map(([name]) => name);
      return [names.length > 0 ? `the origin is asked first, with ${names.join(" and ")}` : "fetched anew"];
    }
  }
}

function aboutPromises(inVain: StaleInVain | undefined): string[] {
  if (!inVain) return [];
  const { promised, forbiddenBy } = inVain;
  if (forbiddenBy === undefined)
    return [`${promised.join(" and ")} without effect: nothing declares a lifetime for it`];
  const mend =
    forbiddenBy === "s-maxage" ? "; cache.staleDespiteSMaxage: true treats it as a lifetime only" : "";
  return [`${promised.join(" and ")} without effect: ${forbiddenBy} forbids every stale response${mend}`];
}

function aboutTrouble(entry: ResponseEntry, now: number): string[] {
  const { terms } = entry;
  const standsIn = (trouble: "error" | "disconnected") => mayStandIn(entry, trouble, now);
  return [
    standsIn("error")
      ? `stands in for an origin that answers 5xx (until ${formatDuration(terms.staleIfErrorMs)} past its freshness)`
      : "does not stand in for an origin that answers 5xx",
    standsIn("disconnected")
      ? `stands in for an origin that cannot be reached (until ${formatDuration(terms.staleIfDisconnectedMs)} past its freshness)`
      : "does not stand in for an origin that cannot be reached",
  ];
}

export interface StaleInVain {
  /** `stale-while-revalidate`, `cache.staleIfError`, … */
  readonly promised: readonly string[];
  /** Undefined if the response has no freshness lifetime, so that the route's stale windows have nothing to extend. */
  readonly forbiddenBy: StaleForbidder | undefined;
}

/**
 * Does the origin or the route promise stale responses that another directive of the response forbids? Undefined if no stale
 * responses are promised, or nothing forbids them.
 */
export function staleInVain(headers: Headers, rules: CacheRules, terms: Terms): StaleInVain | undefined {
  const { directives } = directivesForUs(headers);
  const forbiddenBy = forbidderOfStale(directives, rules);
  const byOrigin = ["stale-while-revalidate", "stale-if-error"].filter((name) => directives.has(name));
  const byRoute = [
    ...(rules.staleWhileRevalidateMs ? ["cache.staleWhileRevalidate"] : []),
    ...(rules.staleIfErrorMs ? ["cache.staleIfError"] : []),
  ];
  if (forbiddenBy === undefined) {
    return terms.freshForMs === 0 && byRoute.length > 0 ? { promised: byRoute, forbiddenBy } : undefined;
  }
  const promised = [...byOrigin, ...byRoute];
  return promised.length > 0 ? { promised, forbiddenBy } : undefined;
}
