// Lets a stored or received body go that nobody took: it would hold its connection open, and of a body that was
// shared out in two the unread half would be kept in memory. Flow.

import type { Ports } from "../isolate.ts";
import type { Body } from "../message.ts";

/** Of no effect on what is being read by somebody, or is the body of the answer itself. */
export function letGo(body: Body, ports: Pick<Ports, "background">, answerBody: Body = null): void {
  if (!(body instanceof ReadableStream) || body.locked || body === answerBody) return;
  // Broken already is as good; not waited for, since half of a body ends only with the other half.
  ports.background(body.cancel().catch(() => {}));
}
