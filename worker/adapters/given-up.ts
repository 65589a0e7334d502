// When an origin is given up on before it has answered.
import type { OriginFailure } from "../ports.ts";
import { within } from "./within.ts";

export class GivenUp extends Error {
  readonly failure: OriginFailure;

  constructor(failure: OriginFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * The response, or `GivenUp` when its header has not come by then. The fetch itself is left alone, since an abort
 * signal makes every request a tenth dearer (docs/performance.md): it ends with the client's request, or with its
 * answer, whichever is first.
 */
export function inTime(response: Promise<Response>, afterMs: number): Promise<Response> {
  return within(afterMs, response, async () => {
    response.then((late) => late.body?.cancel()).catch(() => {}); // frees the connection
    throw new GivenUp({ kind: "timeout", afterMs });
  });
}
