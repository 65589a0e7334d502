// What the stores keep under a key: a response, an index of its variants, or a mark that the URL was changed.
import type { Body, Reply } from "../message.ts";
import type { Terms } from "./law/terms.ts";

/** Raised when the shape changes: an entry of another format is a miss. */
export const ENTRY_FORMAT = 2;

export type Entry = ResponseEntry | VariantIndex | ChangeMark;

export interface ResponseEntry {
  readonly kind: "response";
  readonly format: typeof ENTRY_FORMAT;
  readonly status: number;
  readonly statusText: string;
  /** The origin's fields, those of the connection removed. */
  readonly headers: readonly (readonly [string, string])[];
  /** When the request was sent that it answers. */
  readonly requestedAt: number;
  readonly receivedAt: number;
  readonly initialAgeMs: number;
  readonly terms: Terms;
  /** Of a partial response: which bytes these are (RFC 9111 §3.4). */
  readonly part: Part | null;
  /** After this it can be neither served stale nor revalidated. Milliseconds since 1970, as every time here. */
  readonly keepUntil: number;
}

export interface Part {
  /** The position of the first byte. */
  readonly first: number;
  /** How many bytes there are: as many as Content-Range says, or it is not stored. */
  readonly length: number;
  /** The length of the whole. */
  readonly complete: number;
}

/** First step of a two-step lookup: which variants there are, and where (RFC 9111 §4.1). */
export interface VariantIndex {
  readonly kind: "variants";
  readonly format: typeof ENTRY_FORMAT;
  /** The newest first. */
  readonly variants: readonly Variant[];
  readonly keepUntil: number;
}

/** For other isolates: what was asked for before this is not to be stored any more (RFC 9111 §4.4). */
export interface ChangeMark {
  readonly kind: "change";
  readonly format: typeof ENTRY_FORMAT;
  readonly changedAt: number;
  readonly keepUntil: number;
}

export interface Variant {
  /** What tells it from the others, by selector: `vary:accept-encoding` → `br, gzip`. */
  readonly selectors: Readonly<Record<string, string>>;
  /** Its Content-Language, where it has one. */
  readonly language: string | null;
  readonly key: string;
}

export interface Stored {
  readonly entry: Entry;
  readonly body: Body;
  readonly prepared?: Prepared | undefined;
  readonly apart?: Apart | undefined;
}

export interface StoredResponseWithBody extends Stored {
  readonly entry: ResponseEntry;
}

/** A body that a store keeps as an object of its own, beside the entry. */
export interface Apart {
  /** The object's name. */
  readonly at: string;
  readonly bytes: number;
  /** The object's end: an entry that is to live longer needs another. */
  readonly until: number;
}

/** By a store that hands a response out often. */
export interface Prepared {
  /** The entry's, made once: to be copied, not changed. */
  readonly fields: Headers;
  /** Headers of one's own with the whole body, in the platform's own object. */
  reply(): Pick<Reply, "headers" | "original">;
}

/** Field by field: the runtime asks five times as much for Headers made from the pairs (docs/performance.md). */
export function headersOf(pairs: ResponseEntry["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) headers.append(name, value);
  return headers;
}

/** How many bytes its body must have to be whole; undefined where the origin did not say. */
export function declaredLength(entry: Entry): number | undefined {
  if (entry.kind !== "response") return undefined;
  if (entry.part) return entry.part.length;
  const field = entry.headers.find(([name]) => name === "content-length")?.[1];
  return field !== undefined && /^\d{1,15}$/.test(field) ? Number(field) : undefined;
}

/** Whether it is of a part of a file only: one is never to take the place of more. */
export function isOfAPart(entry: Entry): boolean {
  return entry.kind === "response" && entry.part !== null;
}

/** Whether so many bytes are all of the entry's body: one cut short must never be stored. */
export function isWhole(entry: Entry, bodyBytes: number): boolean {
  const declared = declaredLength(entry);
  return declared === undefined || declared === bodyBytes;
}
