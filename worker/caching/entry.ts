// What a store keeps under a key: a response, an index of its variants, or a mark that the URL was changed.
import type { Dressing } from "../delivery/security-headers.ts";
import type { Body, Reply } from "../message.ts";
import type { Terms } from "./law/terms.ts";

/** Increased when the shape changes. An entry in another format is a miss. */
export const ENTRY_FORMAT = 4;

export type Entry = ResponseEntry | VariantIndex | ChangeMark;

export interface ResponseEntry {
  readonly kind: "response";
  readonly format: typeof ENTRY_FORMAT;
  readonly status: number;
  readonly statusText: string;
  /** The origin's fields, without connection-specific ones. */
  readonly headers: readonly (readonly [string, string])[];
  /** When the request that it answers was sent. */
  readonly requestedAt: number;
  readonly receivedAt: number;
  readonly initialAgeMs: number;
  readonly terms: Terms;
  readonly resource: Resource;
  /**
   * What the isolate knew of the site's purges when it sent the request: the revision of its snapshot (keeping/snapshot.ts). A later
   * purge covers the response; 0 if it knew nothing.
   */
  readonly revision: number;
  /** For a partial response: which bytes it holds (RFC 9111 §3.4). */
  readonly part: Part | null;
  /** After this time it can be neither served stale nor validated. Milliseconds since 1970, like every time here. */
  readonly keepUntil: number;
}

/** What a purge names a stored response by: the host and the path that the client asked for, and the origin's tags. */
export interface Resource {
  readonly host: string;
  readonly path: string;
  readonly tags: readonly string[];
}

export interface Part {
  /** The position of the first byte. */
  readonly first: number;
  /** The number of bytes. It equals the length in Content-Range; otherwise the part is not stored. */
  readonly length: number;
  /** The complete length of the representation. */
  readonly complete: number;
}

/** The first step of a two-step lookup: which variants exist, and under which keys (RFC 9111 §4.1). */
export interface VariantIndex {
  readonly kind: "variants";
  readonly format: typeof ENTRY_FORMAT;
  /** Newest first. */
  readonly variants: readonly Variant[];
  readonly keepUntil: number;
}

/** For other isolates: responses requested before this time must not be stored any more (RFC 9111 §4.4). */
export interface ChangeMark {
  readonly kind: "change";
  readonly format: typeof ENTRY_FORMAT;
  readonly changedAt: number;
  readonly keepUntil: number;
}

export interface Variant {
  /** The values that distinguish it, by selector: `vary:accept-encoding` → `br, gzip`. */
  readonly selectors: Readonly<Record<string, string>>;
  /** Its Content-Language, if it has one. */
  readonly language: string | null;
  readonly key: string;
}

export interface Stored {
  readonly entry: Entry;
  readonly body: Body;
  /** Why the origin must be asked before it is used, although it may be fresh. */
  readonly doubt?: Doubt | undefined;
  /** The entry as the store holds it, if the doubt has changed it. */
  readonly inStore?: ResponseEntry | undefined;
  readonly prepared?: Prepared | undefined;
  readonly apart?: Apart | undefined;
}

export interface StoredResponseWithBody extends Stored {
  readonly entry: ResponseEntry;
}

/** It is purged; or the keeper could not be asked, so it is unknown whether it is. */
export type Doubt = "purged" | "purges-unknown";

/** A body that a store keeps as a separate object, beside the entry. */
export interface Apart {
  /** The name of the object. */
  readonly at: string;
  readonly bytes: number;
  /** When the object expires. An entry that must live longer needs another object. */
  readonly until: number;
}

/** What a store prepares for a response that it serves often. */
export interface Prepared {
  /** The entry's fields, built once. They may be copied, but not changed. */
  readonly fields: Headers;
  /** A new Headers object and the whole body, as a platform response. With these security headers. */
  reply(dressing: Dressing | null): Pick<Reply, "headers" | "original" | "dressed" | "overriding">;
}

/** Appends field by field: in this runtime, Headers built from the pairs take five times as long (docs/performance.md). */
export function headersOf(pairs: ResponseEntry["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) headers.append(name, value);
  return headers;
}

/** The number of bytes in a complete body; undefined if the origin did not declare it. */
export function declaredLength(entry: Entry): number | undefined {
  if (entry.kind !== "response") return undefined;
  if (entry.part) return entry.part.length;
  const field = entry.headers.find(([name]) => name === "content-length")?.[1];
  return field !== undefined && /^\d{1,15}$/.test(field) ? Number(field) : undefined;
}

/** Whether the entry holds only a part of a file. A part must never replace more than itself. */
export function isOfAPart(entry: Entry): boolean {
  return entry.kind === "response" && entry.part !== null;
}

/** Whether this number of bytes is the complete body. A truncated body must never be stored. */
export function isWhole(entry: Entry, bodyBytes: number): boolean {
  const declared = declaredLength(entry);
  return declared === undefined || declared === bodyBytes;
}
