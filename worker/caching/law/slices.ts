// Which slices of a file does a request need, and when do slices belong together? A slice is a range of fixed size that is
// requested and stored on its own; the last one may be shorter. The manifest describes the whole file: an entry with the
// fields and terms of the whole, and none of its bytes.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { Asked, OriginAsk } from "../../message.ts";
import type { Demand } from "../demand.ts";
import { headersOf, type Part, type ResponseEntry } from "../entry.ts";
import { parseDirectives } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";
import { isManifest } from "./parts.ts";
import { parseRange, type RangeSpec, type Stretch } from "./ranges.ts";
import type { CacheRules } from "./rules.ts";
import { objectionToStoring, type StorageObjection } from "./storable.ts";
import type { Terms } from "./terms.ts";
import type { Received } from "./to-entry.ts";
import { isStrongDate } from "./validators.ts";

/** Common to all slices of one file. If two slices agree in it, their bytes belong together. */
export interface Representation {
  /** A strong validator, for If-Range. */
  readonly validator: string;
  readonly complete: number;
}

/** The positions of the first and the last byte. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export function spanOf(index: number, sliceBytes: number, complete = Number.POSITIVE_INFINITY): Span {
  const first = index * sliceBytes;
  return { first, last: Math.min(first + sliceBytes, complete) - 1 };
}

/** Whether the part is exactly that slice. */
export function isSlice({ first, length, complete }: Part, index: number, sliceBytes: number): boolean {
  const span = spanOf(index, sliceBytes, complete);
  return first === span.first && length === span.last - span.first + 1;
}

/** The size of the route's slices; undefined if it stores files as a whole. `maxObject` applies to each slice. */
export function sliceBytesOf({ sliceBytes, maxObjectBytes }: CacheRules): number | undefined {
  return sliceBytes !== undefined && sliceBytes <= maxObjectBytes ? sliceBytes : undefined;
}

/** Slices answer a request for the whole or for one range, but not for several ranges. */
export function asksForOneStretch({ headers }: Asked): boolean {
  return (parseRange(headers.get("range"))?.length ?? 1) === 1;
}

/**
 * The first slice to fetch. Without the complete length, a suffix range cannot be located. With it, no slice beyond the end
 * is requested.
 */
export function firstSliceFor(
  { headers }: Asked,
  sliceBytes: number,
  complete = Number.POSITIVE_INFINITY,
): number {
  const [spec]: (RangeSpec | undefined)[] = parseRange(headers.get("range")) ?? [];
  if (spec?.kind !== "from" || spec.first >= complete) return 0;
  return Math.floor(spec.first / sliceBytes);
}

/** The slices that hold the range, from the first to the last. */
export function slicesFor({ first, length }: Stretch, sliceBytes: number): Span {
  return { first: Math.floor(first / sliceBytes), last: Math.floor((first + length - 1) / sliceBytes) };
}

/** The bytes of this slice that belong to the range. */
export function pieceOf(bytes: Uint8Array, index: number, stretch: Stretch, sliceBytes: number): Uint8Array {
  const start = index * sliceBytes;
  return bytes.subarray(Math.max(0, stretch.first - start), stretch.first + stretch.length - start);
}

/** Undefined if parts of this version could not be told from parts of another. */
export function representationOf(headers: Headers, complete: number): Representation | undefined {
  const etag = headers.get("etag");
  if (etag !== null)
    return etag.startsWith("W/") || isUnreadable(etag) ? undefined : { validator: etag, complete };
  const modified = headers.get("last-modified");
  const date = parseHttpDate(headers.get("date"), THIS_CENTURY) ?? Number.NEGATIVE_INFINITY;
  return modified !== null && isStrongDate(modified, date) ? { validator: modified, complete } : undefined;
}

export function isSame(a: Representation | undefined, b: Representation): boolean {
  return a?.validator === b.validator && a.complete === b.complete;
}

/** Two-digit years are read as years of this century. */
const THIS_CENTURY = Date.UTC(2050, 0);

/** The message for the whole file, derived from one slice. The manifest and the storage rules use it. */
export function asWhole(part: Received, complete: number): Received {
  const headers = new Headers(part.headers);
  headers.delete("content-range");
  headers.set("content-length", String(complete));
  return { ...part, status: 200, statusText: "OK", headers };
}

/** May slices of the file be stored? The rules for the whole apply, except that it may have any length: slices are for that. */
export function objectionToSlicing(
  slice: Received,
  { demand, rules }: { demand: Pick<Demand, "asked" | "ask">; rules: CacheRules },
  terms: Terms,
): StorageObjection | undefined {
  const headers = new Headers(slice.headers);
  headers.delete("content-length");
  return objectionToStoring({
    method: "GET",
    requestHeaders: demand.ask().headers,
    path: demand.asked.path,
    status: 200,
    headers,
    terms: () => terms,
    rules,
    contentLocationIsTarget: false,
  });
}

/** Nothing learnt from such a request may be stored, and the whole file costs one request where slices cost many. */
export function mayNotBeStored({ headers }: OriginAsk): boolean {
  return parseDirectives(headers.get("cache-control")).has("no-store");
}

/** For a manifest: the complete length is known, and no bytes are stored. */
export const noBytesOf = (complete: number): Part => ({ first: 0, length: 0, complete });

/** The representation that the manifest describes; undefined if the entry is not a manifest. */
export function manifested(entry: ResponseEntry): Representation | undefined {
  if (!entry.part || !isManifest(entry)) return undefined;
  return representationOf(headersOf(entry.headers), entry.part.complete);
}
