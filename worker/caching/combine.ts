// Parts of one representation, joined (RFC 9111 §3.4, RFC 9110 §15.3.7.3).
import { joinBytes } from "./cut.ts";
import { headersOf, type Part, type ResponseEntry, type StoredResponseWithBody } from "./entry.ts";
import { mergeHeaders, sameRepresentation } from "./freshen.ts";

/** What both hold together; undefined where they are not of one representation, or have a gap between them. */
export function joinParts(
  held: StoredResponseWithBody,
  received: StoredResponseWithBody,
): StoredResponseWithBody | undefined {
  const [a, b] = [held.entry.part, received.entry.part];
  if (!a || !b || a.complete !== b.complete) return undefined;
  if (!(held.body instanceof Uint8Array) || !(received.body instanceof Uint8Array)) return undefined;
  if (!sameRepresentation(held.entry, headersOf(received.entry.headers))) return undefined;
  const [left, right] =
    a.first <= b.first
      ? [
          { part: a, bytes: held.body },
          { part: b, bytes: received.body },
        ]
      : [
          { part: b, bytes: received.body },
          { part: a, bytes: held.body },
        ];
  const overlap = left.part.first + left.part.length - right.part.first;
  if (overlap < 0) return undefined;
  const bytes =
    overlap >= right.bytes.length ? left.bytes : joinBytes([left.bytes, right.bytes.subarray(overlap)]);
  const part: Part = {
    first: left.part.first,
    length: bytes.length,
    complete: a.complete,
    reachesEnd: left.part.first + bytes.length >= a.complete,
  };
  return { entry: asWholeIfComplete(received.entry, part), body: bytes };
}

/** A part that has everything is a 200 like any other. */
export function asWholeIfComplete(entry: ResponseEntry, part: Part): ResponseEntry {
  if (part.first !== 0 || part.length !== part.complete) return { ...entry, part };
  const headers = mergeHeaders(
    entry.headers,
    new Headers({ "content-length": String(part.complete) }),
    new Set(),
  );
  return {
    ...entry,
    status: 200,
    statusText: "OK",
    part: null,
    headers: headers.filter(([name]) => name !== "content-range"),
  };
}

/** The bytes that were held, and after them those that come. */
export function prefixed(held: Uint8Array, rest: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return rest.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ start: (controller) => controller.enqueue(held) }),
  );
}
