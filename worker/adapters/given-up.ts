// Why an origin was given up on before it had answered, where a fetch has to be aborted with a reason.
import type { OriginFailure } from "../ports.ts";

export class GivenUp extends Error {
  readonly failure: OriginFailure;

  constructor(failure: OriginFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}
