// A reply as the platform's Response. Bodies go out as they are: what is compressed is not packed once more.
import type { Reply } from "../message.ts";
import { letGo } from "./gather.ts";
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
 * A body that breaks is to break the transfer. The runtime takes an error of just this shape for a connection that was
 * lost, and reports any other as a bug of ours.
 */
const CONNECTION_LOST = Object.assign(new Error("Network connection lost."), { retryable: true });

/** For a stream that script puts together the runtime declares no length. */
function ofLength(body: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length);
  handOn(body.getReader(), writable.getWriter(), length).catch(() => {}); // broken at either end: told below
  return readable;
}

/** Counted here: of more bytes or fewer than announced the runtime would say, uncaught, that they are a bug of ours. */
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
  letGo(reader);
  await writer.abort(CONNECTION_LOST);
}
