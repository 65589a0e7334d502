// The request that the cache sends to the origin, given what is stored.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { Asked, OriginAsk } from "../../message.ts";
import type { ResponseEntry } from "../entry.ts";
import { lifeOverMs } from "./age.ts";
import { fieldOf, validatingFields } from "./validators.ts";

export type CacheAsk =
  /** The client's own request. */
  | { readonly kind: "plain"; readonly ask: OriginAsk }
  /** Validation of the stored response. */
  | { readonly kind: "validate"; readonly ask: OriginAsk }
  /** A range request for the bytes that follow the stored ones. */
  | { readonly kind: "complete"; readonly ask: OriginAsk };

/** The client's conditional and range fields. If a response is stored, the cache sends its own instead. */
const ABOUT_A_COPY = ["if-none-match", "if-modified-since", "if-range", "range"];

export function askFor(ask: OriginAsk, asked: Asked, held: ResponseEntry | undefined, now: number): CacheAsk {
  if (!held || asked.method === "HEAD") return plain(ask);
  if (held.part) return asked.headers.has("range") ? plain(ask) : completing(ask, held, now);
  const validators = validatingFields(held);
  return validators.length === 0 ? plain(ask) : { kind: "validate", ask: withFields(ask, validators) };
}

/** Without the client's conditions, so that the whole response comes and can be stored. */
export function unconditional(ask: OriginAsk): OriginAsk {
  return withFields(ask, []);
}

/** For a range, with the cache's own conditions. */
export function withRange(
  ask: OriginAsk,
  { first, last }: { first: number; last: number },
  conditions: readonly (readonly [string, string])[],
): OriginAsk {
  return { ...withFields(ask, [["range", `bytes=${first}-${last}`], ...conditions]), method: "GET" };
}

/** Whether the request to the origin had other conditions than the client's request. */
export function sentOtherwise(ask: OriginAsk, asked: Asked): boolean {
  return ABOUT_A_COPY.some((name) => ask.headers.get(name) !== asked.headers.get(name));
}

/**
 * A fresh stored beginning is completed (RFC 9111 §3.4). If-Range makes the origin send the whole if the version changed.
 * After a weak entity tag the parts could not be combined, and the whole would have to be fetched anyway.
 */
function completing(ask: OriginAsk, held: ResponseEntry, now: number): CacheAsk {
  const isFresh = lifeOverMs(held, now) < held.terms.freshForMs;
  if (held.part?.first !== 0 || held.part.length === 0 || !isFresh) return plain(ask);
  const range = ["range", `bytes=${held.part.length}-`] as const;
  const etag = fieldOf(held.headers, "etag");
  if (etag === null) return { kind: "complete", ask: withFields(ask, [range]) };
  if (etag.startsWith("W/") || isUnreadable(etag)) return plain(ask);
  return { kind: "complete", ask: withFields(ask, [range, ["if-range", etag]]) };
}

/**
 * Content in a GET has no meaning (RFC 9110 §9.3.1), and if the origin used it, it would poison the cache. Without content,
 * Content-Type stays: some origins require it on a GET too.
 */
function plain(ask: OriginAsk): CacheAsk {
  if (!ask.headers.has("content-length")) return { kind: "plain", ask };
  if (ask.method !== "GET" && ask.method !== "HEAD") return { kind: "plain", ask };
  const headers = new Headers(ask.headers);
  headers.delete("content-length");
  headers.delete("content-type");
  return { kind: "plain", ask: { ...ask, headers } };
}

function withFields(ask: OriginAsk, fields: readonly (readonly [string, string])[]): OriginAsk {
  const headers = new Headers(plain(ask).ask.headers);
  for (const name of ABOUT_A_COPY) headers.delete(name);
  for (const [name, value] of fields) headers.set(name, value);
  return { ...ask, headers };
}
