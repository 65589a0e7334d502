// Converts a response to the entry that is stored: forbidden fields are removed, and the terms are computed.
import type { Asked } from "../../message.ts";
import { pathAndQuery } from "../../routing/canonical-target.ts";
import { ENTRY_FORMAT, type Part, type Resource, type ResponseEntry } from "../entry.ts";
import { initialAgeMs, lifeOverOnArrivalMs } from "./age.ts";
import { fieldsNamedBy } from "./directives.ts";
import type { CacheRules } from "./rules.ts";
import { TAG_FIELDS, tagsOf, withOthers } from "./tags.ts";
import { directivesForUs } from "./targeted.ts";
import { type Terms, termsOf } from "./terms.ts";
import { isValidated } from "./validators.ts";

export interface Received {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly requestedAt: number;
  readonly receivedAt: number;
  /** See `ResponseEntry`. */
  readonly revision: number;
  /** The terms, if they are already computed. */
  readonly terms?: Terms;
}

/** How much longer an entry is kept than it may be served, so that it can be validated instead of fetched again. */
const REVALIDATION_WINDOW_MS = 86_400_000;

export function toEntry(
  received: Received,
  rules: CacheRules,
  { host, path, tags = [] }: Omit<Resource, "tags"> & Partial<Resource>,
  part: Part | null = null,
): ResponseEntry {
  const { status, statusText, headers, requestedAt, receivedAt, revision } = received;
  const terms = received.terms ?? termsOf(received, rules);
  const initial = initialAgeMs(headers, requestedAt, receivedAt);
  const dated = new Headers(headers);
  const left = forbidden(headers, rules);
  if (!dated.has("date")) dated.set("date", new Date(receivedAt).toUTCString()); // RFC 9110 §6.6.1
  return {
    kind: "response",
    format: ENTRY_FORMAT,
    status,
    statusText,
    headers: [...dated].filter(([name]) => name === "date" || !left.has(name)), // Age needs a Date
    requestedAt,
    receivedAt,
    initialAgeMs: initial,
    terms,
    // Tags that a 304 does not repeat are kept, because it cannot be told which field of the stored response they came from.
    resource: { host, path, tags: withOthers(tagsOf(headers), tags) },
    revision,
    part,
    keepUntil:
      receivedAt -
      lifeOverOnArrivalMs(terms.because, initial) +
      terms.freshForMs +
      keptPastFreshnessMs(terms, status, headers),
  };
}

/** Whether the response to another method is what a GET would return (RFC 9110 §8.7). */
export function contentLocationIsTarget(headers: Headers, asked: Asked): boolean {
  const value = headers.get("content-location");
  const target = `${asked.scheme}://${asked.authority}${pathAndQuery(asked)}`;
  return value !== null && URL.parse(value, target)?.href === URL.parse(target)?.href;
}

/** Fields that the response withholds from shared caches (`private="a"`, `no-cache="a"`), tags, and cookies to strip. */
function forbidden(headers: Headers, rules: CacheRules): ReadonlySet<string> {
  const { directives } = directivesForUs(headers);
  const names = new Set<string>(rules.setCookie === "strip" ? ["set-cookie"] : []);
  if (!rules.keepsTags) for (const name of TAG_FIELDS) names.add(name);
  for (const directive of ["private", "no-cache"] as const) {
    const listed = fieldsNamedBy(directives, directive);
    if (listed !== "all") for (const name of listed) names.add(name);
  }
  return names;
}

function keptPastFreshnessMs(terms: Terms, status: number, headers: Headers): number {
  const canBeRevalidated = isValidated(status) && (headers.has("etag") || headers.has("last-modified"));
  return Math.max(
    terms.staleWhileRevalidateMs,
    terms.staleIfErrorMs,
    terms.staleIfDisconnectedMs,
    canBeRevalidated ? REVALIDATION_WINDOW_MS : 0,
  );
}
