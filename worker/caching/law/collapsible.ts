// Which requests wait for one another, and what of an answer is remembered of its key? What a response says of itself holds
// for everybody; what one client wrote into its request does not, or clients would steer the cache (Pure).
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

/** What is answered to one request only is for nobody else: a HEAD, a part, a "not modified" that the client asks for. */
export function isCollapsible({ method, headers }: Asked, found: Found): boolean {
  if (method !== "GET" && method !== "QUERY") return false;
  if (headers.has("range")) return false;
  return found.kind === "response" || !CONDITIONS.some((name) => headers.has(name));
}

const CONDITIONS = ["if-none-match", "if-modified-since"];

/**
 * May others wait for its answer? Not where the client asked for none to be stored; and where it sent credentials, only
 * where what was stored before had the origin's leave to be shared all the same (RFC 9111 §3.5).
 */
export function mayLead({ headers }: Asked, held: ResponseEntry | undefined): boolean {
  if (wantsNothingStored(headers)) return false;
  return !headers.has("authorization") || (held !== undefined && hasLeave(held));
}

/**
 * Will the next request for the key fare no better? Then nobody is to wait for another's answer. An error (400, 403, 406, 431)
 * may be an answer to what this one client sent; and so may be an objection to its own fields.
 */
export function holdsForTheKey(
  { status, objection }: { status: number; objection: StorageObjection },
  { headers }: Asked,
): boolean {
  if (!TELLING.has(status)) return false;
  switch (objection) {
    case "authorization":
      return !headers.has("authorization"); // what the site itself writes into each request is the same for all
    case "request-no-store":
      return !wantsNothingStored(headers);
    default:
      return isOfThePage(objection);
  }
}

/**
 * Who shares a key on the way to the origin: those who would be answered with the same variant, as far as is known of what
 * tells the variants apart. Undefined where that cannot be read from the request: it is like no other.
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
