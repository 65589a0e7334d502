// What a route says about its cache, as the request path uses it.
import type { CacheConfig, CacheRulesConfig } from "../../shared/site/cache-schema.ts";

export interface CacheRules {
  readonly key: CacheRulesConfig["key"];
}

/** Null where the cache is off. */
export function compileCacheRules(config: CacheConfig | undefined): CacheRules | null {
  if (config === "off") return null;
  return { key: config?.key ?? {} };
}
