// Are stale answers promised, by the origin or by the route, that another directive of the response forbids?
import type { CacheRules } from "./rules.ts";
import { directivesForUs } from "./targeted.ts";
import { forbidderOfStale, type StaleForbidder } from "./terms.ts";

export interface StaleInVain {
  /** `stale-while-revalidate`, `cache.staleIfError`, … */
  readonly promised: readonly string[];
  readonly forbiddenBy: StaleForbidder;
}

/** Undefined where nothing is promised, or nothing forbids it. */
export function staleInVain(headers: Headers, rules: CacheRules): StaleInVain | undefined {
  const { directives } = directivesForUs(headers);
  const forbiddenBy = forbidderOfStale(directives, rules);
  const promised = [
    ...["stale-while-revalidate", "stale-if-error"].filter((name) => directives.has(name)),
    ...(rules.staleWhileRevalidateMs ? ["cache.staleWhileRevalidate"] : []),
    ...(rules.staleIfErrorMs ? ["cache.staleIfError"] : []),
  ];
  return forbiddenBy !== undefined && promised.length > 0 ? { promised, forbiddenBy } : undefined;
}
