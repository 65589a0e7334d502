// Reads sites from Workers KV, one key per host pattern.
import { siteKey } from "../../shared/site/stored.ts";
import type { SiteTexts } from "../ports.ts";
import { endOf } from "./within.ts";

/** KV's own minimum. An isolate keeps a site for up to 60 s more, so a change is seen everywhere within 90 s (docs/operations.md). */
const KV_CACHE_TTL_SECONDS = 30;
/** A slower read has failed. The last good site stays in use, and no request waits for ever. */
const KV_TIMEOUT_MS = 5_000;

export function kvSites(kv: KVNamespace, timeoutMs = KV_TIMEOUT_MS): SiteTexts {
  return {
    read: (pattern) =>
      endOf(kv.get(siteKey(pattern), { cacheTtl: KV_CACHE_TTL_SECONDS }), timeoutMs, {
        arrived: (text) => text ?? undefined,
        failed: (error) => {
          throw error;
        },
        late: () => {
          throw new Error(`KV did not answer within ${timeoutMs} ms`);
        },
      }),
  };
}
