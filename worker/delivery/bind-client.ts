// Gives the client the cookie of a sticky session. It is added after the cache, so no stored response ever has it, and only to a
// response that no cache further out may store.
import { fieldsNamedBy, parseDirectives } from "../caching/law/directives.ts";
import { TARGETED_FIELDS } from "../caching/law/targeted.ts";
import type { Outcome } from "../outcome.ts";

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
  // They take precedence over Cache-Control in the caches that they address (RFC 9213 §2.2).
  for (const name of TARGETED) headers.delete(name);
  const told = headers.get("cache-control");
  const directives = parseDirectives(told);
  if (directives.has("no-store") || fieldsNamedBy(directives, "private") === "all") return;
  headers.set("cache-control", privately(told));
}

const TARGETED = [...TARGETED_FIELDS, "cloudflare-cdn-cache-control", "edge-control"];

/** Some caches look for `public` and `s-maxage` only, so `private` beside them is not enough. */
function privately(told: string | null): string {
  const members = (told ?? "").match(MEMBERS) ?? [];
  const kept = members.map((member) => member.trim()).filter((member) => !SHARING.test(member));
  return [...kept.filter((member) => member !== ""), "private"].join(", ");
}

const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const SHARING = /^(?:public|s-maxage|proxy-revalidate|private)\b/i;
