// Converts a reply to the platform's Response. Bodies are sent unchanged: a compressed body is not compressed again.
import type { Reply } from "../message.ts";
import { handedOn } from "./handed-on.ts";
import { responseBehind } from "./original.ts";
import { transformed } from "./transforms.ts";

export function toResponse(reply: Reply): Response {
  if (reply.transforms) return madeFrom(transformed(reply));
  return responseBehind(reply) ?? madeFrom(reply);
}

function madeFrom({ status, statusText, headers, body, bodyLength, webSocket }: Reply): Response {
  // The runtime declares no length for a stream that script produces.
  const isOurs = bodyLength !== undefined && body instanceof ReadableStream;
  return new Response(isOurs ? handedOn(body, bodyLength).readable : body, {
    status,
    headers,
    encodeBody: "manual",
    ...(statusText !== "" && { statusText }),
    ...(webSocket ? { webSocket: webSocket as WebSocket } : {}),
  });
}
