// Which requests may wait for one another, and what is remembered about a key? What a response says about itself applies to
// every client. What one client wrote into its request does not: otherwise clients could control the cache.
import type { Asked } from "../../message.ts";
import type { SelectingRequest } from "../../rewriting/as-sent.ts";
import { headersOf, type ResponseEntry } from "../entry.ts";
import type { Found } from "../stockroom.ts";
import { parseDirectives } from "./directives.ts";
import { variantKey } from "./key.ts";
import type { LookupPlan } from "./plan.ts";
import { selectorNamed } from "./selectors.ts";
import { type StorageObjection, sharesDespiteAuthorization } from "./storable.ts";
import { isOfThePage, TELLING } from "./supersede.ts";
import { directivesForUs } from "./targeted.ts";

/** Some answers suit one request only: the answer to a HEAD, a part, and a 304 to the client's own condition. */
export function isCollapsible({ method, headers }: Asked, found: Found): boolean {
  if (method !== "GET" && method !== "QUERY") return false;
  if (headers.has("range")) return false;
  return found.kind === "response" || !CONDITIONS.some((name) => headers.has(name));
}

const CONDITIONS = ["if-none-match", "if-modified-since"];

/**
 * May other requests wait for this one's answer? Not if the client sent `no-store`. If it sent credentials, only if the
 * response stored before allows sharing despite Authorization (RFC 9111 §3.5).
 */
export function mayLead({ headers }: Asked, held: ResponseEntry | undefined): boolean {
  if (wantsNothingStored(headers)) return false;
  return !headers.has("authorization") || (held !== undefined && hasLeave(held));
}

/**
 * Will the next request for the key get an answer that cannot be shared either? Then no request needs to wait for another.
 * An error (400, 403, 406, 431) may be caused by what this one client sent, and so may an objection to its own fields.
 */
export function holdsForTheKey(
  { status, objection }: { status: number; objection: StorageObjection },
  { headers }: Asked,
): boolean {
  if (!TELLING.has(status)) return false;
  switch (objection) {
    case "authorization":
      return !headers.has("authorization"); // a field that the site itself adds is the same in every request
    case "request-no-store":
      return !wantsNothingStored(headers);
    default:
      return isOfThePage(objection);
  }
}

/**
 * The key that requests share on their way to the origin. It joins the requests that would get the same variant, as far as
 * the selectors are known. Undefined if a selector cannot be read from the request: such a request equals no other.
 */
export function flightKey(plan: LookupPlan, found: Found, request: SelectingRequest): string | undefined {
  if (found.kind === "response") return found.at;
  return flightKeyBy(found.selectors ?? plan.rules.selectors.map(({ name }) => name), plan, request);
}

export function flightKeyBy(
  selectors: readonly string[],
  { key, rules }: LookupPlan,
  request: SelectingRequest,
): string | undefined {
  if (selectors.length === 0) return key;
  const values: Record<string, string> = {};
  for (const name of selectors) {
    const value = selectorNamed(name, rules)?.valueFor(request);
    if (value === undefined) return undefined;
    values[name] = value;
  }
  return variantKey(key, values);
}

const wantsNothingStored = (headers: Headers): boolean =>
  parseDirectives(headers.get("cache-control")).has("no-store");

const hasLeave = (held: ResponseEntry): boolean =>
  sharesDespiteAuthorization(directivesForUs(headersOf(held.headers)));
