// Is this request looked up in the cache, and under which key?
import type { Glob } from "../../../shared/glob.ts";
import type { Asked } from "../../message.ts";
import { cookiePairs } from "../../routing/cookies.ts";
import { isSafe, isWebSocketUpgrade } from "../../routing/read-request.ts";
import { parseDirectives } from "./directives.ts";
import { cacheKey } from "./key.ts";
import type { CacheRules } from "./rules.ts";

export type Plan =
  | {
      readonly kind: "pass";
      readonly fwd: "bypass" | "method";
      readonly because: PassReason;
      /** Where the response may be stored all the same: a POST response may answer later GETs. */
      readonly key?: string;
    }
  | LookupPlan;

export interface LookupPlan {
  readonly kind: "lookup";
  readonly key: string;
  readonly rules: CacheRules;
  /** The client accepts only a stored response (RFC 9111 §5.2.1.7). */
  readonly onlyIfCached: boolean;
}

/** Why the cache is not used. */
export type PassReason =
  | "cache-off"
  | "websocket"
  | "bypass-header"
  | "bypass-cookie"
  | "if-match"
  | "method-not-cached"
  | "unsafe-method";

export function planLookup(asked: Asked, rules: CacheRules | null): Plan {
  if (rules === null) return { kind: "pass", fwd: "bypass", because: "cache-off" };
  if (isWebSocketUpgrade(asked)) return { kind: "pass", fwd: "bypass", because: "websocket" };
  const key = cacheKey(asked, rules);
  const bypass = bypassReason(asked, rules);
  if (!isSafe(asked.method)) {
    return { kind: "pass", fwd: "method", because: "unsafe-method", ...(bypass ? {} : { key }) };
  }
  if (!rules.methods.has(asked.method === "HEAD" ? "GET" : asked.method)) {
    return { kind: "pass", fwd: "method", because: "method-not-cached" };
  }
  if (bypass) return { kind: "pass", fwd: "bypass", because: bypass };
  const onlyIfCached = parseDirectives(asked.headers.get("cache-control")).has("only-if-cached");
  return { kind: "lookup", key, rules, onlyIfCached };
}

function bypassReason(asked: Asked, rules: CacheRules): PassReason | undefined {
  if (rules.bypassHeaders.some((name) => asked.headers.has(name))) return "bypass-header";
  const hasCookie = (matches: Glob) =>
    cookiePairs(asked.headers.get("cookie")).some(({ name }) => matches(name));
  if (rules.bypassCookies.some(hasCookie)) return "bypass-cookie";
  // These preconditions prevent lost updates. The origin evaluates them, not a cache (RFC 9110 §13.1.1, §13.1.4).
  if (asked.headers.has("if-match") || asked.headers.has("if-unmodified-since")) return "if-match";
  return undefined;
}
