// Counts what is sent of a reply's body, at the cost of passing it on through script.

import type { Reply } from "../message.ts";
import type { CountedReply } from "../ports.ts";
import { handedOn } from "./handed-on.ts";
import { transformed } from "./transforms.ts";

export function countSent(reply: Reply): CountedReply {
  const { body, bodyLength, original: _original, transforms: _done, ...rest } = transformed(reply);
  if (!(body instanceof ReadableStream)) throw new Error("only a stream is counted");
  const { readable, sent } = handedOn(body, bodyLength ?? declaredLength(rest.headers));
  return { reply: { ...rest, body: readable }, sent };
}

function declaredLength(headers: Headers): number | undefined {
  const declared = headers.get("content-length");
  return declared === null ? undefined : Number(declared);
}
