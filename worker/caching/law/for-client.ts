// What clients are told about caching. Fields meant for this cache are removed, and the route's browser lifetime is set.
import type { Reply } from "../../message.ts";
import { ageValueMs } from "./age.ts";
import { fieldsNamedBy, parseDirectives } from "./directives.ts";
import type { CacheRules } from "./rules.ts";
import { TAG_FIELDS } from "./tags.ts";

/** For this cache only: no cache behind us may act on it (RFC 9213 §2.3 leaves other targeted fields to their caches). */
const OUR_FIELD = "headgate-cache-control";

export function tellClient(
  { status, headers }: Pick<Reply, "status" | "headers">,
  rules: CacheRules | null,
  isStored: boolean,
): void {
  headers.delete(OUR_FIELD);
  if (!isStored) leaveTagsOut(headers, rules);
  if (!isStored || !rules) return;
  if (rules.setCookie === "strip") headers.delete("set-cookie");
  // The browser lifetime is meant for pages. An error may be repaired at the origin in a moment.
  if (rules.browserTtlMs === undefined || status >= 400) return;
  // Browsers subtract Age from max-age. Without this, an old response would be stale in the browser at once.
  const untilMs = ageValueMs(headers.get("age")) + rules.browserTtlMs;
  const told = withLifetime(headers.get("cache-control"), Math.floor(untilMs / 1000));
  if (told === undefined) return;
  headers.set("cache-control", told);
  headers.delete("expires");
}

/** From a stored response they are gone already (to-entry.ts). */
export function leaveTagsOut(headers: Headers, rules: CacheRules | null): void {
  if (!rules?.keepsTags) for (const name of TAG_FIELDS) headers.delete(name);
}

const LIFETIMES: ReadonlySet<string> = new Set([
  "max-age",
  "s-maxage",
  "stale-if-error",
  "stale-while-revalidate",
]);
const LIMITS: ReadonlySet<string> = new Set(["must-revalidate", "no-cache", "private", "proxy-revalidate"]);

/** The field with the new lifetime; its other directives stay. Undefined if browsers may not reuse the response unvalidated. */
function withLifetime(field: string | null, seconds: number): string | undefined {
  const directives = parseDirectives(field);
  if (directives.has("no-store") || fieldsNamedBy(directives, "no-cache") === "all") return undefined;
  const others = [...directives].flatMap(([name, value]) => {
    if (LIFETIMES.has(name)) return [];
    if (value === true) return [name];
    if (value === "") return LIMITS.has(name) ? [name] : []; // malformed
    if (/^[\w.+-]+$/.test(value) && !LIMITS.has(name)) return [`${name}=${value}`];
    return [`${name}="${value.replace(/["\\]/g, "\\$&")}"`];
  });
  return [`max-age=${seconds}`, ...others].join(", ");
}
