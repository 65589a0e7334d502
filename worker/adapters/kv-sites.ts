// Sites in Workers KV, one key per host pattern.
import { siteKey } from "../../shared/site/stored.ts";
import type { SiteTexts } from "../ports.ts";

/** KV's own minimum. With the shelf's refresh on top, a change is seen within a minute or two everywhere. */
const KV_CACHE_TTL_SECONDS = 30;
/** A reading that takes longer has failed: the last good site serves on, and no request waits for ever. */
const KV_TIMEOUT_MS = 5_000;

export function kvSites(kv: KVNamespace, timeoutMs = KV_TIMEOUT_MS): SiteTexts {
  return {
    read: async (pattern) => {
      const reading = kv.get(siteKey(pattern), { cacheTtl: KV_CACHE_TTL_SECONDS });
      return (await within(timeoutMs, reading)) ?? undefined;
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`KV did not answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
