// A reply as the platform's Response. Bodies go out as they are: what is compressed is not packed once more.
import type { Reply } from "../message.ts";

export function toResponse({ status, statusText, headers, body, webSocket }: Reply): Response {
  return new Response(body, {
    status,
    headers,
    encodeBody: "manual",
    ...(statusText !== "" && { statusText }),
    ...(webSocket ? { webSocket: webSocket as WebSocket } : {}),
  });
}
