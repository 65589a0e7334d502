// We hold the beginning of a response, and asked for what follows: is this it? RFC 9111 §3.4.
import type { Reply } from "../message.ts";
import { asWholeIfComplete, prefixed } from "./combine.ts";
import type { StoredResponseWithBody } from "./entry.ts";
import { sameRepresentation } from "./freshen.ts";
import { parseContentRange } from "./ranges.ts";

/** The whole, of the bytes that were held and those that come; undefined where they do not go together. */
export function completed(held: StoredResponseWithBody, rest: Reply): Reply | undefined {
  const { entry, body } = held;
  const range = parseContentRange(rest.headers.get("content-range"));
  if (!entry.part || !range || !(body instanceof Uint8Array) || !(rest.body instanceof ReadableStream)) {
    return undefined;
  }
  const follows = range.first === entry.part.length && range.last === range.complete - 1;
  if (!follows || range.complete !== entry.part.complete || !sameRepresentation(entry, rest.headers)) {
    return undefined;
  }
  const { status, statusText } = asWholeIfComplete(entry, { ...entry.part, length: range.complete });
  const headers = new Headers(rest.headers);
  headers.delete("content-range");
  headers.set("content-length", String(range.complete));
  return {
    ...rest,
    status,
    statusText,
    headers,
    body: prefixed(body, rest.body),
    bodyLength: range.complete,
  };
}
