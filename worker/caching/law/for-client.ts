// What clients are told about caching: nothing that was meant for us, and the browser's own lifetime where the
// route sets one.
import { ageValueMs } from "./age.ts";
import type { CacheRules } from "./rules.ts";

/** Ours alone: no cache behind us may act on it (RFC 9213 §2.3 leaves the others' to them). */
const OUR_FIELD = "headgate-cache-control";

export function tellClient(headers: Headers, rules: CacheRules | null, isStored: boolean): void {
  headers.delete(OUR_FIELD);
  if (!isStored || !rules) return;
  if (rules.setCookie === "strip") headers.delete("set-cookie");
  if (rules.browserTtlMs === undefined) return;
  // Browsers subtract Age from max-age: what is old already would otherwise be stale at once.
  const untilMs = ageValueMs(headers.get("age")) + rules.browserTtlMs;
  headers.set("cache-control", `max-age=${Math.floor(untilMs / 1000)}`);
  headers.delete("expires");
}
