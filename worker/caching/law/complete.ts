// Completes a stored beginning with the rest that the origin was asked for (RFC 9111 §3.4).
import type { Reply } from "../../message.ts";
import type { StoredResponseWithBody } from "../entry.ts";
import { asWholeIfComplete, prefixed } from "./combine.ts";
import { sameRepresentation } from "./freshen.ts";
import { partOf } from "./parts.ts";

/** The complete response; undefined if the two parts do not belong together. */
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
  const headers = new Headers(rest.headers);
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
