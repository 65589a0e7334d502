// What may one request still ask of others? Attempts, hedges, copies, slices and the shared store draw from one number, so that a request
// does not start an attempt that the platform refuses.
import { KEPT_BACK } from "../../shared/subrequests.ts";

export interface SubrequestLimit {
  readonly most: number;
  /**
   * Whether the operator has said so. Otherwise the plan may allow more. Then only what can be left out is left out (a retry, a
   * hedge, a copy), and the platform refuses the rest if it has to.
   */
  readonly isStated: boolean;
}

export class Subrequests {
  #left: number;
  readonly #isStated: boolean;

  constructor({ most, isStated }: SubrequestLimit) {
    this.#left = most - KEPT_BACK;
    this.#isStated = isStated;
  }

  /** Whether what can be left out has to be. */
  get areUsedUp(): boolean {
    return this.#left <= 0;
  }

  /** False if it must not be made. */
  take(count = 1): boolean {
    if (this.areUsedUp && this.#isStated) return false;
    this.#left -= count;
    return true;
  }
}
