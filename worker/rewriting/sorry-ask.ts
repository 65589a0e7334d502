// The request that is made for a page in place of the one that the client asked for. It is a new request for a page: nothing in it
// concerns the client's own, and the pool may belong to somebody else.
import type { OriginAsk } from "../message.ts";
import { withoutSecrets } from "./withheld.ts";

/** Conditions, ranges, what describes a body, and who the client is. */
const OF_THE_CLIENT =
  /^(?:if-.*|range|content-.*|transfer-encoding|authorization|cookie|idempotency-key|origin)$/;

export function sorryAsk(given: OriginAsk, path: string | undefined): OriginAsk {
  const ask = withoutSecrets(given);
  const headers = new Headers(ask.headers);
  for (const name of [...headers.keys()]) if (OF_THE_CLIENT.test(name)) headers.delete(name);
  const method = ask.method === "HEAD" ? "HEAD" : "GET";
  return { ...ask, method, target: path ?? ask.target, headers, otherUrls: [] };
}
