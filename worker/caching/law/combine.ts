// Combines partial responses of one representation (RFC 9111 §3.4, RFC 9110 §15.3.7.3).
import { headersOf, type Part, type ResponseEntry, type StoredResponseWithBody } from "../entry.ts";
import { mergeHeaders, sameRepresentation } from "./freshen.ts";
import { unionOf } from "./parts.ts";

/** Both parts as one; undefined if they belong to different representations or leave a gap. */
export function joinParts(
  held: StoredResponseWithBody,
  received: StoredResponseWithBody,
): StoredResponseWithBody | undefined {
  const [a, b] = [held.entry.part, received.entry.part];
  const part = a && b && unionOf(a, b);
  if (!part) return undefined;
  if (!(held.body instanceof Uint8Array) || !(received.body instanceof Uint8Array)) return undefined;
  if (held.body.length !== a.length || received.body.length !== b.length) return undefined;
  if (!sameRepresentation(held.entry, headersOf(received.entry.headers))) return undefined;
  const bytes = new Uint8Array(part.length);
  bytes.set(held.body, a.first - part.first);
  bytes.set(received.body, b.first - part.first);
  const newer = held.entry.receivedAt > received.entry.receivedAt ? held.entry : received.entry;
  return { entry: asWholeIfComplete(newer, part), body: bytes };
}

/** A part that covers all bytes is stored as a 200. */
export function asWholeIfComplete(entry: ResponseEntry, part: Part): ResponseEntry {
  if (part.length !== part.complete) return { ...entry, part };
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

/** The stored bytes, followed by the rest as it arrives. */
export function prefixed(held: Uint8Array, rest: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return rest.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ start: (controller) => controller.enqueue(held) }),
  );
}
