// The reply that a stored response gives to this request: the whole, a part, a 304 or a 416.
import { cutStretch, multipartBody } from "../../bodies/cut.ts";
import type { Dressing } from "../../delivery/security-headers.ts";
import { type Asked, type Body, ownReply, type Reply } from "../../message.ts";
import { declaredLength, headersOf, type ResponseEntry, type StoredResponseWithBody } from "../entry.ts";
import { currentAgeMs } from "./age.ts";
import { removeContentFields } from "./content-fields.ts";
import {
  formatContentRange,
  parseRange,
  type Selection,
  type Stretch,
  selectRanges,
  wholeOf,
} from "./ranges.ts";
import { isBodiless } from "./status-codes.ts";
import { ifRangeHolds, isNotModified } from "./validators.ts";

export interface Answering {
  readonly asked: Asked;
  readonly now: number;
  /** Separates the parts of a multipart reply. It must not occur in them. */
  readonly boundary: string;
  /** The security headers that the store may set. */
  readonly dressing?: Dressing | null;
}

/** Undefined if only a part is stored, and not the requested one. */
export function storedReply(stored: StoredResponseWithBody, answering: Answering): Reply | undefined {
  const { entry, body } = stored;
  const { asked, now } = answering;
  if (isNotModified(asked.headers, entry, now)) return notModified(fieldsOf(stored, now));
  const selection = selectionFor(stored, answering);
  switch (selection?.kind) {
    case undefined:
      return entry.part ? undefined : whole(stored, answering);
    case "not-held":
      return undefined;
    case "unsatisfiable":
      return unsatisfiable(fieldsOf(stored, now), selection.complete);
    case "stretches":
      return partial(
        fieldsOf(stored, now),
        selection.complete,
        body,
        selection.stretches,
        answering.boundary,
      );
  }
}

/** Undefined if the whole must be sent: there is no Range, it must be ignored, or If-Range does not match. */
function selectionFor(
  stored: StoredResponseWithBody,
  { asked, now }: Answering,
): SelectionOfFile | undefined {
  const { entry, body } = stored;
  if (asked.method !== "GET" || (entry.status !== 200 && entry.status !== 206)) return undefined;
  const specs = parseRange(asked.headers.get("range"));
  if (!specs || !ifRangeHolds(asked.headers, entry, now)) return undefined;
  const length = lengthOf(stored);
  const held = entry.part ?? (length === undefined ? undefined : wholeOf(length));
  if (!held) return undefined;
  const selection = selectRanges(specs, held);
  // Several parts are cut from bytes in memory. A stream is sent whole, as RFC 9110 §14.2 allows.
  const several = selection.kind === "stretches" && selection.stretches.length > 1;
  return several && !(body instanceof Uint8Array) ? undefined : { ...selection, complete: held.complete };
}

type SelectionOfFile = Selection & { readonly complete: number };

/** A body that is sent unchanged goes out in the object that the store has prepared. */
function whole(stored: StoredResponseWithBody, { asked, now, dressing }: Answering): Reply {
  const { status, statusText } = stored.entry;
  const body = asked.method === "HEAD" || isBodiless(status) ? null : stored.body;
  const ready = body === null ? undefined : stored.prepared?.reply(dressing ?? null);
  if (!ready) return { status, statusText, headers: fieldsOf(stored, now), body, webSocket: null };
  setAge(ready.headers, stored.entry, now);
  return { status, statusText, body, webSocket: null, ...ready };
}

/** The stored fields and Age, in a new Headers object. */
export function fieldsOf(
  { entry, prepared }: Pick<StoredResponseWithBody, "entry" | "prepared">,
  now: number,
): Headers {
  const headers = prepared ? new Headers(prepared.fields) : headersOf(entry.headers);
  setAge(headers, entry, now);
  return headers;
}

/** Every response from a store carries its age (RFC 9111 §4). */
function setAge(headers: Headers, entry: ResponseEntry, now: number): void {
  headers.set("age", String(Math.floor(currentAgeMs(entry, now) / 1000)));
}

function notModified(headers: Headers): Reply {
  removeContentFields(headers);
  return ownReply(304, headers, null);
}

function unsatisfiable(headers: Headers, complete: number): Reply {
  for (const name of ["content-encoding", "content-length", "content-type", "etag", "last-modified"]) {
    headers.delete(name);
  }
  headers.set("content-range", `bytes */${complete}`);
  return ownReply(416, headers, null);
}

function partial(
  headers: Headers,
  complete: number,
  body: Body,
  stretches: readonly Stretch[],
  boundary: string,
): Reply {
  const [first, ...others] = stretches;
  if (first && others.length === 0) {
    headers.set("content-range", formatContentRange(first, complete));
    headers.set("content-length", String(first.length));
    return { ...ownReply(206, headers, cutStretch(body, first)), bodyLength: first.length };
  }
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const parts = multipartBody(bytes, stretches, { boundary, complete, type: headers.get("content-type") });
  headers.delete("content-range");
  headers.set("content-type", `multipart/byteranges; boundary=${boundary}`);
  headers.set("content-length", String(parts.length));
  return ownReply(206, headers, parts);
}

/** The store's count takes precedence over the length that the origin declared. */
function lengthOf({ entry, body, apart }: StoredResponseWithBody): number | undefined {
  return body instanceof Uint8Array ? body.length : (apart?.bytes ?? declaredLength(entry));
}
