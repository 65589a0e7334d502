// The Cache-Status field (RFC 9211): what the cache did, and why it did not store.
import type { CacheOutcome } from "../caching/law/cache-outcome.ts";
import { EDGE_NAME } from "../rewriting/forwarded.ts";

export function cacheStatus(outcome: CacheOutcome): string {
  let field = EDGE_NAME;
  if (outcome.kind === "hit") {
    field += `; hit; ttl=${outcome.ttlSeconds}`;
  } else if (outcome.kind === "forward") {
    field += `; fwd=${outcome.fwd}`;
    if (outcome.fwdStatus !== undefined) field += `; fwd-status=${outcome.fwdStatus}`;
    if (outcome.stored) field += "; stored";
    if (outcome.collapsed) field += "; collapsed";
  }
  if (outcome.detail !== undefined) field += `; detail=${outcome.detail}`;
  return field;
}
