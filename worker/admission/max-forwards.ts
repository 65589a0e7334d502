// Has the request come as far as it may? RFC 9110 §7.6.2: an OPTIONS that may be forwarded no further is answered by
// whoever holds it. (TRACE, the other method with that field, is refused.)
import type { Asked } from "../message.ts";

export function endsHere({ method, headers }: Asked): boolean {
  return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");
}
