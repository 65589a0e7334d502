// Changes bodies on their way to the client. A reply names the changes as data (delivery/plan-transforms.ts).
import type { Body, Reply, Transform } from "../message.ts";
import { editBody } from "./edit-body.ts";
import { putNonce } from "./put-nonce.ts";

/** The reply with its body transformed. The length is then unknown. */
export function transformed(reply: Reply): Reply {
  const { transforms = [], bodyLength: _length, original: _original, ...rest } = reply;
  if (transforms.length === 0) return reply;
  const body = transforms.reduce<Body>(
    (before, transform) => (before === null ? null : applied(transform, streamOf(before))),
    reply.body,
  );
  const headers = new Headers(reply.headers);
  headers.delete("content-length");
  return { ...rest, headers, body };
}

function applied(transform: Transform, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  switch (transform.name) {
    case "edit":
      return editBody(body, transform);
    case "nonce":
      return putNonce(body, transform);
  }
}

const streamOf = (body: Exclude<Body, null>): ReadableStream<Uint8Array> =>
  body instanceof ReadableStream ? body : (new Response(body as BodyInit).body as ReadableStream<Uint8Array>);
