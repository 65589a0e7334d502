// Changes bodies on their way to the client. A reply names the changes as data (delivery/plan-transforms.ts).
import type { Coding } from "../../shared/site/compression-defaults.ts";
import type { Body, Reply, Transform } from "../message.ts";
import { compressedStream } from "./compress-body.ts";
import { compressedOnce } from "./compressed-once.ts";
import { editBody } from "./edit-body.ts";
import { putNonce } from "./put-nonce.ts";

/** The reply with its body transformed. The length is then unknown. */
export function transformed(reply: Reply): Reply {
  const { transforms = [], bodyLength: _length, original: _original, ...rest } = reply;
  if (transforms.length === 0) return reply;
  const body = transforms.reduce<Body>(
    (before, transform) => (before === null ? null : applied(transform, before)),
    reply.body,
  );
  const headers = new Headers(reply.headers);
  headers.delete("content-length");
  return { ...rest, headers, body };
}

function applied(transform: Transform, body: Exclude<Body, null>): Exclude<Body, null> {
  switch (transform.name) {
    case "edit":
      return editBody(streamOf(body), transform);
    case "nonce":
      return putNonce(streamOf(body), transform);
    case "compress":
      return compressed(body, transform.coding);
  }
}

function compressed(body: Exclude<Body, null>, coding: Coding): Exclude<Body, null> {
  if (body instanceof ReadableStream) return compressedStream(body, coding);
  return typeof body === "string" ? compressedStream(streamOf(body), coding) : compressedOnce(body, coding);
}

const streamOf = (body: Exclude<Body, null>): ReadableStream<Uint8Array> =>
  body instanceof ReadableStream ? body : (new Response(body as BodyInit).body as ReadableStream<Uint8Array>);
