// Converts a reply to the platform's Response. Bodies are sent unchanged: a compressed body is not compressed again.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Reply } from "../message.ts";
import { responseBehind } from "./original.ts";
import { transformed } from "./transforms.ts";

export function toResponse(reply: Reply): Response {
  if (reply.transforms) return madeFrom(transformed(reply));
  return responseBehind(reply) ?? madeFrom(reply);
}

function madeFrom({ status, statusText, headers, body, bodyLength, webSocket }: Reply): Response {
  const isOurs = bodyLength !== undefined && body instanceof ReadableStream;
  return new Response(isOurs ? ofLength(body, bodyLength) : body, {
    status,
    headers,
    encodeBody: "manual",
    ...(statusText !== "" && { statusText }),
    ...(webSocket ? { webSocket: webSocket as WebSocket } : {}),
  });
}

/**
 * If a body breaks, the transfer must break too. The runtime treats an error of exactly this shape as a lost connection, and
 * reports any other as a bug of ours.
 */
const CONNECTION_LOST = Object.assign(new Error("Network connection lost."), { retryable: true });

/** The runtime declares no length for a stream that script produces. */
function ofLength(body: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length);
  handOn(body.getReader(), writable.getWriter(), length).catch(() => {}); // broken on one side; handled below
  return readable;
}

/** Counts the bytes itself: if there are more or fewer than declared, the runtime would report an uncaught bug of ours. */
async function handOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  length: number,
): Promise<void> {
  let left = length;
  try {
    while (left >= 0) {
      const { done, value } = await reader.read();
      if (done) break;
      left -= value.byteLength;
      if (left >= 0) await writer.write(value);
    }
  } catch {
    left = -1;
  }
  if (left === 0) return writer.close();
  void cancelQuietly(reader);
  await writer.abort(CONNECTION_LOST);
}
