// Sites in Workers KV, one key per host pattern.
import type { SiteTexts } from "../ports.ts";

/** KV's own minimum. With the shelf's refresh on top, a change is seen within a minute or two everywhere. */
const KV_CACHE_TTL_SECONDS = 30;

export const siteKey = (pattern: string): string => `site:${pattern}`;

export function kvSites(kv: KVNamespace): SiteTexts {
  return {
    read: async (pattern) =>
      (await kv.get(siteKey(pattern), { cacheTtl: KV_CACHE_TTL_SECONDS })) ?? undefined,
  };
}
