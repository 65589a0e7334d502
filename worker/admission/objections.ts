// May the request proceed? Returns undefined if so, and a named refusal if not. Or does it end here?
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
 * check. Some origins answer a control character with an error, others read on: a way to have an error stored for everybody
 * (CPDoS by meta characters, Nguyen 2019).
 */
export function objectionToForwarding({ receivedBytes, hasControls }: OriginAsk): Refusal | undefined {
  if (hasControls) return { reason: "bad-field" };
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

export interface RoutedBefore {
  /** The URL of the request as the router saw it. */
  readonly url: string;
  /** Whether a middleware has read the body and nothing is left to send to an origin. */
  readonly bodyIsGone: boolean;
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Another router has routed the request by its path: the Hono app that the edge is embedded in. Its middleware has guarded
 * that path and no other, so the edge may not make another path of it. Hono compares `/shop/../admin` and `/shop//admin` as
 * they stand. The edge would make `/admin` and `/shop/admin` of them (routing/canonical-target.ts). Hono decodes escapes
 * itself, so those make no difference.
 */
export function objectionToPath(
  { url }: RoutedBefore,
  site: { readonly mergesSlashes: boolean },
): Refusal | undefined {
  const [hostAndPath = ""] = url.slice(url.indexOf("//") + 2).split(/[?#]/);
  const isOther = DOT_SEGMENT.test(hostAndPath) || (site.mergesSlashes && hostAndPath.includes("//"));
  return isOther ? { reason: "path-rerouted" } : undefined;
}

/**
 * Max-Forwards (RFC 9110 §7.6.2): an OPTIONS request that may not be forwarded again is answered here. TRACE, the other
 * method with this field, is refused.
 */
export function endsHere({ method, headers }: Asked): boolean {
  return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");
}
