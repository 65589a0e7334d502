// Max-Forwards (RFC 9110 §7.6.2): an OPTIONS request that may not be forwarded again is answered here. TRACE, the
// other method with this field, is refused.
import type { Asked } from "../message.ts";

export function endsHere({ method, headers }: Asked): boolean {
  return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");
}
