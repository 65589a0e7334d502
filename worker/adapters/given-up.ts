// The reason with which a fetch is aborted: why the edge gave up on an origin before it answered.
import type { OriginFailure } from "../ports.ts";

export class GivenUp extends Error {
  readonly failure: OriginFailure;

  constructor(failure: OriginFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}
