// A reply as the platform's Response. Bodies go out as they are: what is compressed is not packed once more.
import type { Reply } from "../message.ts";

export function toResponse({ status, statusText, headers, body, bodyLength, webSocket }: Reply): Response {
  const sized =
    bodyLength !== undefined && body instanceof ReadableStream
      ? body.pipeThrough(new FixedLengthStream(bodyLength))
      : body;
  return new Response(sized, {
    status,
    headers,
    encodeBody: "manual",
    ...(statusText !== "" && { statusText }),
    ...(webSocket ? { webSocket: webSocket as WebSocket } : {}),
  });
}
