// What an embedding app is told if a site that it gives is not valid: the sentences that `headgate check` prints.
import { formatProblem, type LocatedProblem, type Problem } from "../../shared/site/problem.ts";

export class InvalidSiteError extends Error {
  override readonly name = "InvalidSiteError";
  readonly problems: readonly (Problem | LocatedProblem)[];

  /** `what` is not valid: `site`, `sites[1]`. */
  constructor(what: string, problems: readonly (Problem | LocatedProblem)[]) {
    super([`${what} is not valid:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"));
    this.problems = problems;
  }
}
