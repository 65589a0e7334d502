// May the request go on? Undefined where it may; a "no" is a named refusal.
import type { Asked, OriginAsk } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { isLoop } from "../rewriting/forwarded.ts";
import type { CompiledSite } from "../site.ts";

/**
 * As nginx's default buffers (4 × 8 KB). Origins answer 400 or close the connection at sizes that differ (nginx 32 KB
 * in all, Node 16 KB, Apache 8 KB a line), and a client could use that to make one look sick.
 */
const MAX_HEADER_BYTES = 32_768;

export function objectionToAdmitting(site: CompiledSite, asked: Asked): Refusal | undefined {
  if (isLoop(asked, site.name)) return { reason: "loop" };
  if (isBodyRefused(asked)) return { reason: "body-refused", method: asked.method };
  return undefined;
}

/** May it go on to an origin? Asked when one is to be asked: what the store answers needs no such care. */
export function objectionToForwarding({ receivedBytes }: OriginAsk): Refusal | undefined {
  if (receivedBytes <= MAX_HEADER_BYTES) return undefined;
  return { reason: "headers-too-large", maxBytes: MAX_HEADER_BYTES };
}

/**
 * A GET or HEAD with a body means nothing (RFC 9110 §9.3.1), is a way to smuggle a request past those who
 * ignore the body, and is not taken by the runtime's `fetch`.
 */
function isBodyRefused({ method, headers }: Asked): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0;
}
