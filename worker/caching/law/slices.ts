// Which slices of a file does a request need, and what must be true for slices to be put together? A slice is a
// stretch of fixed size, fetched by Range and stored on its own; the last one is what is left. What is known of the
// file as a whole is its manifest: an entry with the whole's fields and terms, and none of its bytes.
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

/** What all slices of one file have in common: two with the same are of the same bytes. */
export interface Representation {
  /** A strong one, for If-Range. */
  readonly validator: string;
  readonly complete: number;
}

/** Positions of the first byte and the last. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export function spanOf(index: number, sliceBytes: number, complete = Number.POSITIVE_INFINITY): Span {
  const first = index * sliceBytes;
  return { first, last: Math.min(first + sliceBytes, complete) - 1 };
}

/** Whether it is that slice: all of it, and nothing else. */
export function isSlice({ first, length, complete }: Part, index: number, sliceBytes: number): boolean {
  const span = spanOf(index, sliceBytes, complete);
  return first === span.first && length === span.last - span.first + 1;
}

/** Several ranges are not answered in slices; one or none are. */
export function asksForOneStretch({ headers }: Asked): boolean {
  return (parseRange(headers.get("range"))?.length ?? 1) === 1;
}

/**
 * Where to begin. While the length is not known a suffix cannot be placed; when it is, no slice is asked for that lies
 * beyond the end.
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

/** The slices that hold the stretch, from the first to the last. */
export function slicesFor({ first, length }: Stretch, sliceBytes: number): Span {
  return { first: Math.floor(first / sliceBytes), last: Math.floor((first + length - 1) / sliceBytes) };
}

/** What of the slice's bytes belongs to the stretch. */
export function pieceOf(bytes: Uint8Array, index: number, stretch: Stretch, sliceBytes: number): Uint8Array {
  const start = index * sliceBytes;
  return bytes.subarray(Math.max(0, stretch.first - start), stretch.first + stretch.length - start);
}

/** Undefined where its parts could not be told from those of another version. */
export function representationOf(headers: Headers, complete: number): Representation | undefined {
  const etag = headers.get("etag");
  if (etag !== null)
    return etag.startsWith("W/") || isUnreadable(etag) ? undefined : { validator: etag, complete };
  const modified = headers.get("last-modified");
  const date = parseHttpDate(headers.get("date"), THIS_CENTURY);
  const isStrong = modified !== null && date !== undefined && isStrongDate(modified, date);
  return isStrong ? { validator: modified, complete } : undefined;
}

export function isSame(a: Representation | undefined, b: Representation): boolean {
  return a?.validator === b.validator && a.complete === b.complete;
}

/** The year's century, where a date tells two digits of it: this one. */
const THIS_CENTURY = Date.UTC(2050, 0);

/** The whole's own message, as a slice of it tells: for the manifest, and for what objects to storing. */
export function asWhole(part: Received, complete: number): Received {
  const headers = new Headers(part.headers);
  headers.delete("content-range");
  headers.set("content-length", String(complete));
  return { ...part, status: 200, statusText: "OK", headers };
}

/** May slices of it be kept? As for the whole, but that it may be as long as it likes: that is what slices are for. */
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

/** Nothing that is learnt for such a request could be kept, and the whole costs it one request where slices cost many. */
export function mayNotBeStored({ headers }: OriginAsk): boolean {
  return parseDirectives(headers.get("cache-control")).has("no-store");
}

/** Of a manifest: the whole is there, none of its bytes are. */
export const noBytesOf = (complete: number): Part => ({ first: 0, length: 0, complete });

/** What the manifest is of; undefined where the entry is none. */
export function manifested(entry: ResponseEntry): Representation | undefined {
  if (!entry.part || !isManifest(entry)) return undefined;
  return representationOf(headersOf(entry.headers), entry.part.complete);
}
