// Does the client ask for a WebSocket? RFC 6455 §4.1.
import type { Asked } from "../message.ts";

export function isWebSocketUpgrade(asked: Asked): boolean {
  if (asked.method !== "GET") return false;
  const protocols = asked.headers.get("upgrade")?.split(",") ?? [];
  return protocols.some((protocol) => protocol.trim().toLowerCase() === "websocket");
}
