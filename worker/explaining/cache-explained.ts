// How does the cache treat this request: is it asked, under which key, and how long would a response be stored?
import type { CacheExplained } from "../../shared/explain.ts";
import { formatDuration } from "../../shared/site/units.ts";
import { keyedUrl } from "../caching/law/key.ts";
import { type LookupPlan, type PassReason, planLookup } from "../caching/law/plan.ts";
import type { CacheRules } from "../caching/law/rules.ts";
import { termsOf } from "../caching/law/terms.ts";
import type { Asked, OriginAsk } from "../message.ts";
import type { SelectingRequest } from "../rewriting/as-sent.ts";
import { parameterName } from "../routing/spellings.ts";
import type { ProxyAction } from "../site.ts";
import { explainStored, type ImaginedStored } from "./stored-explained.ts";

export interface CacheQuestion {
  readonly asked: Asked;
  readonly ask: OriginAsk;
  readonly action: ProxyAction;
  readonly stored: ImaginedStored | undefined;
  readonly now: number;
}

export function explainCache({ asked, ask, action, stored, now }: CacheQuestion): CacheExplained {
  const plan = planLookup(asked, action.cache);
  if (plan.kind === "pass")
    return { key: null, passedBecause: plan.because, stored: null, notes: [whyPassed(plan.because)] };
  return {
    key: keyedUrl(asked, plan.rules),
    passedBecause: null,
    stored: stored ? explainStored({ asked, ask, rules: plan.rules, stored, now }) : null,
    notes: [
      ...aboutKey({ asked, ask: () => ask, action }, plan),
      ...(action.files ? OF_FILES : aboutLife(plan.rules, now)),
      ...aboutClient(plan),
    ],
  };
}

/** See adapters/bound-files.ts. */
const OF_FILES = [
  "kept for a second, or a minute if it never changes under its name; on Cloudflare and in `dev` not at all",
];

function whyPassed(because: PassReason): string {
  switch (because) {
    case "cache-off":
      return "this route stores nothing (cache: off)";
    case "websocket":
      return "a WebSocket cannot be stored";
    case "bypass-header":
      return "a header of the request bypasses the cache (bypass.headers)";
    case "bypass-cookie":
      return "a cookie of the request bypasses the cache (bypass.cookies)";
    case "if-match":
      return "If-Match and If-Unmodified-Since are evaluated by the origin";
    case "method-not-cached":
      return "this method is not among the route's cache.methods";
    case "unsafe-method":
      return "an unsafe method is never answered from the cache, and its success invalidates what is stored";
  }
}

function aboutKey(request: SelectingRequest, { rules }: LookupPlan): string[] {
  const { asked } = request;
  const notes: string[] = [];
  const keyed = new Set(keyedNames(keyedUrl(asked, rules)));
  const leftOut = [...new Set(parameterNames(asked.query))].filter((name) => !keyed.has(name));
  if (leftOut.length > 0) notes.push(`left out of the key: ${leftOut.join(", ")}`);
  if (asked.method === "QUERY") notes.push("and a digest of the body");
  if (rules.query.sorted) notes.push("the order of the query's parameters is ignored");
  if (rules.selectors.length > 0) {
    const values = rules.selectors.map(
      ({ name, valueFor }) => `${name} ${valueFor(request) ?? "unreadable"}`,
    );
    notes.push(`variant: ${values.join(", ")}`);
  }
  return notes;
}

/**
 * What would happen to a plain 200 without any caching fields, which shows the route's own rule; and how long past its
 * freshness a response is used if the origin declares it fresh.
 */
function aboutLife(rules: CacheRules, now: number): string[] {
  const termsWith = (headers: Headers) => termsOf({ status: 200, headers, receivedAt: now }, rules);
  const terms = termsWith(new Headers());
  const declared = termsWith(new Headers({ "cache-control": "max-age=1" }));
  const notes: string[] = [];
  switch (terms.because) {
    case "route-ttl":
    case "status-ttl":
      notes.push(
        `fresh for ${formatDuration(terms.freshForMs)} (${terms.because}), whatever the origin says`,
      );
      break;
    case "default-ttl":
      notes.push(
        `fresh for ${formatDuration(terms.freshForMs)} (${terms.because}) if the origin says nothing`,
      );
      break;
    default:
      notes.push("fresh for as long as the origin's header fields say");
  }
  if (declared.staleWhileRevalidateMs > 0)
    notes.push(
      `then served stale for ${formatDuration(declared.staleWhileRevalidateMs)} while it is refreshed`,
    );
  if (declared.staleIfErrorMs > 0)
    notes.push(`stands in for ${formatDuration(declared.staleIfErrorMs)} for an origin that fails`);
  return notes;
}

const aboutClient = ({ onlyIfCached }: LookupPlan): string[] =>
  onlyIfCached ? ["the client accepts only a stored response (only-if-cached)"] : [];

/** The path part of a key contains no question mark. */
const keyedNames = (key: string): string[] =>
  key.includes("?") ? parameterNames(key.slice(key.indexOf("?") + 1)) : [];

const parameterNames = (query: string): string[] =>
  query
    .split("&")
    .filter((pair) => pair !== "")
    .map(parameterName);
