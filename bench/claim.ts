// A claim about speed, and how it is measured.
import type { Bench } from "./bench.ts";
import type { ClaimResult } from "./result.ts";

export interface Claim {
  /** As in `--only`. */
  readonly name: string;
  readonly title: string;
  /** A quick run skips it. */
  readonly onlyInFull?: boolean;
  run(bench: Bench): Promise<ClaimResult>;
}
