// Does the origin or the route promise stale responses that another directive of the response forbids?
import type { CacheRules } from "./rules.ts";
import { directivesForUs } from "./targeted.ts";
import { forbidderOfStale, type StaleForbidder, type Terms } from "./terms.ts";

export interface StaleInVain {
  /** `stale-while-revalidate`, `cache.staleIfError`, … */
  readonly promised: readonly string[];
  /** Undefined if the response has no freshness lifetime, so that the route's stale windows have nothing to extend. */
  readonly forbiddenBy: StaleForbidder | undefined;
}

/** Undefined if no stale responses are promised, or nothing forbids them. */
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
