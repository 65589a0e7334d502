// May the request proceed? Returns undefined if so, and a named refusal if not.
import type { Asked, OriginAsk } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { isLoop } from "../rewriting/forwarded.ts";
import { framingOf } from "../rewriting/framing.ts";
import type { CompiledSite } from "../site.ts";

/**
 * Like nginx's default buffers (4 × 8 KB). The size at which origins answer 400 or close the connection differs (nginx
 * 32 KB in total, Node 16 KB, Apache 8 KB per line), and a client could use that to make an origin look unhealthy.
 */
const MAX_HEADER_BYTES = 32_768;

export function objectionToAdmitting(site: CompiledSite, asked: Asked): Refusal | undefined {
  if (isLoop(asked, site.loopToken)) return { reason: "loop" };
  return objectionToBody(asked);
}

/**
 * May it go on to an origin? Checked only when an origin has to be asked: a response from the store needs no such
 * check.
 */
export function objectionToForwarding({ receivedBytes }: OriginAsk): Refusal | undefined {
  if (receivedBytes <= MAX_HEADER_BYTES) return undefined;
  return { reason: "headers-too-large", maxBytes: MAX_HEADER_BYTES };
}

/**
 * A body whose end is not known, or whose coding the runtime does not remove, cannot be passed on. Content in a GET or
 * HEAD request has no defined meaning (RFC 9110 §9.3.1). It is a way to smuggle a request past servers that ignore the
 * content, and the runtime's `fetch` does not accept it.
 */
function objectionToBody({ method, headers }: Asked): Refusal | undefined {
  const framing = framingOf(headers);
  if (framing.kind === "coded") return { reason: "transfer-coding-refused" };
  if (framing.kind === "contradictory") return { reason: "bad-framing" };
  if (method !== "GET" && method !== "HEAD") return undefined;
  const hasBody = framing.kind === "length" ? framing.bytes > 0 : framing.kind === "chunked";
  return hasBody ? { reason: "body-refused", method } : undefined;
}
