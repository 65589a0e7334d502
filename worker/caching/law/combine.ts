// Combines partial responses of one representation (RFC 9111 §3.4, RFC 9110 §15.3.7.3).
import type { Reply } from "../../message.ts";
import { headersOf, type Part, type ResponseEntry, type StoredResponseWithBody } from "../entry.ts";
import { mergeHeaders, sameRepresentation } from "./freshen.ts";
import { partOf, unionOf } from "./parts.ts";
import { withOthers } from "./tags.ts";

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
  return {
    entry: asWholeIfComplete({ ...newer, ...namedByBoth(newer, held.entry, received.entry) }, part),
    body: bytes,
  };
}

/** A purge that concerns either part concerns the bytes of both: those of a revision before it, and those with a tag. */
export function namedByBoth(
  { resource }: Pick<ResponseEntry, "resource">,
  one: Purgeable,
  other: Purgeable,
): Pick<ResponseEntry, "resource" | "revision"> {
  const tags = withOthers(one.resource.tags, other.resource.tags);
  return { resource: { ...resource, tags }, revision: Math.min(one.revision, other.revision) };
}

type Purgeable = Pick<ResponseEntry, "resource" | "revision">;

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
function prefixed(held: Uint8Array, rest: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return rest.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ start: (controller) => controller.enqueue(held) }),
  );
}

/**
 * Completes a stored beginning with the rest that the origin was asked for (RFC 9111 §3.4). The complete response; undefined
 * if the two parts do not belong together.
 */
export function completed(held: StoredResponseWithBody, rest: Reply): Reply | undefined {
  const { entry, body } = held;
  const begin = entry.part;
  const end = partOf(rest.headers);
  if (!begin || !end || !(body instanceof Uint8Array) || !(rest.body instanceof ReadableStream)) {
    return undefined;
  }
  const follows = begin.first === 0 && end.first === body.length && end.first + end.length === end.complete;
  if (!follows || end.complete !== begin.complete || !sameRepresentation(entry, rest.headers)) {
    return undefined;
  }
  const { complete } = end;
  const { status, statusText } = asWholeIfComplete(entry, { ...begin, length: complete });
  const headers = headersOf(mergeHeaders(entry.headers, rest.headers, new Set()));
  // The times of the stored message do not apply to the newer one.
  for (const name of ["age", "date"]) if (!rest.headers.has(name)) headers.delete(name);
  headers.delete("content-range");
  headers.set("content-length", String(complete));
  return {
    ...rest,
    status,
    statusText,
    headers,
    body: prefixed(body, rest.body),
    bodyLength: complete,
  };
}
