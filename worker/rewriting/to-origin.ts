// The request as the origin should see it: path, query and header fields. Which origin is chosen later.
import type { Asked, OriginAsk } from "../message.ts";
import type { ProxyAction } from "../site.ts";
import type { Captures } from "../routing/path-pattern.ts";
import { setForwarded } from "./forwarded.ts";
import { editHeaders } from "./header-edits.ts";
import { removeHopByHop } from "./hop-by-hop.ts";
import { rewritePath, rewriteQuery } from "./rewrite.ts";

export interface Rewriting {
  readonly siteName: string;
  readonly requestId: string;
  readonly action: ProxyAction;
  readonly captures: Captures;
}

export function toOrigin(asked: Asked, { siteName, requestId, action, captures }: Rewriting): OriginAsk {
  const headers = new Headers(asked.headers);
  const upgrade = isWebSocketUpgrade(asked);
  removeHopByHop(headers);
  headers.delete("host"); // taken from the origin's URL
  setForwarded(headers, asked, siteName);
  headers.set("x-request-id", requestId);
  if (upgrade) headers.set("upgrade", "websocket"); // hop by hop, and this hop wants it too (RFC 6455 §4.1)
  editHeaders(headers, action.requestEdits);
  const query = rewriteQuery(action.rewrite, asked.query);
  const path = rewritePath(action.rewrite, asked.path, captures);
  return { method: asked.method, target: query === "" ? path : `${path}?${query}`, headers };
}

export function isWebSocketUpgrade(asked: Asked): boolean {
  return asked.headers.get("upgrade")?.toLowerCase() === "websocket";
}
