// Counts the body of a request on its way, and breaks it where it exceeds a limit. An origin then sees a broken request, and never a whole
// one.
import type { Body } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { framingOf } from "../rewriting/framing.ts";
import { atMost } from "./cut.ts";

export interface LimitedBody {
  readonly body: ReadableStream<Uint8Array>;
  /** Once more has come than may. */
  objection(): Refusal | undefined;
}

/** Undefined if nothing has to be counted: a declared length was compared before (admission/body-rules.ts), and the runtime ends a body there. */
export function limitedBody(body: Body, headers: Headers, maxBytes: number | null): LimitedBody | undefined {
  if (maxBytes === null || !(body instanceof ReadableStream)) return undefined;
  if (framingOf(headers).kind === "length") return undefined;
  let isOver = false;
  const limited = atMost(body, maxBytes, () => {
    isOver = true;
  });
  return { body: limited, objection: () => (isOver ? { reason: "body-too-large", maxBytes } : undefined) };
}
