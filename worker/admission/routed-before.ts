// Another router has routed the request by its path: the Hono app that the edge is embedded in. Its middleware has guarded
// that path and no other, so the edge may not make another path of it.
import type { Refusal } from "../refusal.ts";

export interface RoutedBefore {
  /** The URL of the request as the router saw it. */
  readonly url: string;
  /** Whether a middleware has read the body and nothing is left to send to an origin. */
  readonly bodyIsGone: boolean;
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Hono compares `/shop/../admin` and `/shop//admin` as they stand. The edge would make `/admin` and `/shop/admin` of them
 * (routing/canonical-path.ts). Hono decodes escapes itself, so those make no difference.
 */
export function objectionToPath(
  { url }: RoutedBefore,
  site: { readonly mergesSlashes: boolean },
): Refusal | undefined {
  const [hostAndPath = ""] = url.slice(url.indexOf("//") + 2).split(/[?#]/);
  const isOther = DOT_SEGMENT.test(hostAndPath) || (site.mergesSlashes && hostAndPath.includes("//"));
  return isOther ? { reason: "path-rerouted" } : undefined;
}
