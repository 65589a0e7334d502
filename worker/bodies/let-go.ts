// Cancels a stored or received body that nobody will read. It would otherwise hold its connection open, and the unread
// branch of a teed body would stay in memory. Flow.

import type { Ports } from "../isolate.ts";
import type { Body } from "../message.ts";
import { cancelQuietly } from "./cancel-quietly.ts";

/** Does nothing if the body is being read, or is the body of the answer itself. */
export function letGo(body: Body, ports: Pick<Ports, "background">, answerBody: Body = null): void {
  if (!(body instanceof ReadableStream) || body.locked || body === answerBody) return;
  ports.background(cancelQuietly(body));
}
