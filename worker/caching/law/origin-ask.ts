// The request to send where the cache stands between: what the origin should see, given what is held.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { Asked, OriginAsk } from "../../message.ts";
import type { ResponseEntry } from "../entry.ts";
import { lifeOverMs } from "./age.ts";
import { fieldOf, validatingFields } from "./validators.ts";

export type CacheAsk =
  /** The client's own request. */
  | { readonly kind: "plain"; readonly ask: OriginAsk }
  /** Does what we hold still hold? */
  | { readonly kind: "validate"; readonly ask: OriginAsk }
  /** The bytes that follow those we hold. */
  | { readonly kind: "complete"; readonly ask: OriginAsk };

/** A client's fields about a copy of its own, or about a part: ours take their place where we hold something. */
const ABOUT_A_COPY = ["if-none-match", "if-modified-since", "if-range", "range"];

export function askFor(ask: OriginAsk, asked: Asked, held: ResponseEntry | undefined, now: number): CacheAsk {
  if (!held || asked.method === "HEAD") return plain(ask);
  if (held.part) return asked.headers.has("range") ? plain(ask) : completing(ask, held, now);
  const validators = validatingFields(held);
  return validators.length === 0 ? plain(ask) : { kind: "validate", ask: withFields(ask, validators) };
}

/** Without the client's conditions: the whole is wanted, to be stored. */
export function unconditional(ask: OriginAsk): OriginAsk {
  return withFields(ask, []);
}

/** For a stretch of it, under conditions of our own. */
export function withRange(
  ask: OriginAsk,
  { first, last }: { first: number; last: number },
  conditions: readonly (readonly [string, string])[],
): OriginAsk {
  return { ...withFields(ask, [["range", `bytes=${first}-${last}`], ...conditions]), method: "GET" };
}

/** Whether the origin was asked under other conditions than the client's own. */
export function sentOtherwise(ask: OriginAsk, asked: Asked): boolean {
  return ABOUT_A_COPY.some((name) => ask.headers.get(name) !== asked.headers.get(name));
}

/**
 * A fresh beginning of the whole is completed (RFC 9111 §3.4); If-Range so that another version comes whole. What came
 * under a weak tag could not be joined, and the whole would have to be asked for after all.
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
 * GET bodies have no meaning (RFC 9110 §9.3.1), and one that the origin heeds would poison the cache. Without a body its
 * Content-Type stays: some origins ask for one on a GET too.
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
