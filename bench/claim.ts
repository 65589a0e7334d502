// A claim about speed, and how it is put to the test.
import type { Bench } from "./bench.ts";
import type { ClaimResult } from "./result.ts";

export interface Claim {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** A quick run does without it. */
  readonly onlyInFull?: boolean;
  run(bench: Bench): Promise<ClaimResult>;
}
