// A reply to HEAD without its body, for a framework that drops the body before the platform can tell its length
// (RFC 9110 §9.3.2: the fields are those of GET).
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Reply } from "../message.ts";

export function headReply(reply: Reply): Reply {
  const { body, headers, bodyLength } = reply;
  if (body === null) return reply;
  const length = body instanceof ReadableStream ? bodyLength : lengthOf(body);
  if (body instanceof ReadableStream) void cancelQuietly(body);
  if (length !== undefined && !headers.has("content-length")) headers.set("content-length", String(length));
  const { bodyLength: _length, transforms: _transforms, ...rest } = reply;
  return { ...rest, body: null };
}

const lengthOf = (body: string | Uint8Array): number =>
  typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
