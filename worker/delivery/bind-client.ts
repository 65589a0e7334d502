// Gives the client the cookie of a sticky session. It is added after the cache, so no stored response ever has it, and only to a
// response that no cache further out may store.
import type { Outcome } from "../outcome.ts";
import { makePrivate } from "./make-private.ts";

/**
 * The Set-Cookie field, if the response is for this client alone. What is stored, or comes from the store, is the same for all clients
 * and begins no session: it stays as it is, so that other caches may store it too.
 */
export function bindingOf({ cache, sending, refusal }: Outcome): string | undefined {
  if (sending?.binds === undefined || refusal || cache?.kind !== "forward") return undefined;
  const isShared =
    cache.stored || cache.collapsed || cache.fwdStatus === 304 || cache.detail?.startsWith("stale-if-");
  return isShared ? undefined : sending.binds;
}

export function bindClient(headers: Headers, binds: string): void {
  headers.append("set-cookie", binds);
  makePrivate(headers);
}
