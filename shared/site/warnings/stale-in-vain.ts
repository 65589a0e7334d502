// Does a route promise stale responses that it can never give? Checks only what the file alone can tell. `headgate
// explain` tells what the directives of a given response forbid.
import type { CacheRulesConfig } from "../cache-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

/**
 * Settings about stale responses. Lifetimes such as `ttl` are not among them, because they may still serve the requests
 * of another route.
 */
const PROMISES = ["staleWhileRevalidate", "staleIfError", "staleDespiteSMaxage"] as const;

export function staleInVain(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => {
    const { cache } = route;
    if (cache === undefined || cache === "off") return [];
    const because = whyInVain(route, cache);
    if (because === undefined) return [];
    return PROMISES.filter(
      (name) => cache[name] !== undefined && cache[name] !== false && cache[name] !== 0,
    ).map((name) =>
      problemAt(["routes", index, "cache", name], `has no effect: ${because}`, { atKey: true }),
    );
  });
}

function whyInVain({ match, headers }: SiteRoute, cache: CacheRulesConfig): string | undefined {
  if (!cache.methods.includes("GET") && !cache.methods.includes("QUERY"))
    return "`cache.methods` has neither GET nor QUERY, the only methods that are answered from the cache";
  const taken = match?.method;
  if (taken && !taken.some((method) => isAnswered(method, cache.methods)))
    return `the route takes only ${taken.join(", ")}, which the cache does not answer`;
  if (headers?.request?.set["cache-control"]?.match(/(?:^|,)\s*no-store\s*(?:,|$)/i))
    return "the route asks its origins with `Cache-Control: no-store`, so nothing is stored";
  return undefined;
}

const isAnswered = (method: string, methods: readonly string[]): boolean =>
  method === "HEAD" ? methods.includes("GET") : method !== "POST" && methods.includes(method);
