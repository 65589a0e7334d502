// The problems of the site files, one per line, in a form that editors turn into a link: `file:line:column`.
import { formatProblem, type LocatedProblem } from "../../shared/site/problem.ts";
import { type Paint, visible } from "./terminal-text.ts";

export function problemList(problems: readonly LocatedProblem[], paint: Paint): string {
  return problems
    .map((problem) => {
      const place = `${problem.file}:${problem.line}:${problem.column}`;
      return paint("bold", place) + visible(formatProblem(problem).slice(place.length));
    })
    .join("\n");
}

/** Followed by their number. For files that are valid. */
export const warningList = (warnings: readonly LocatedProblem[], paint: Paint): string =>
  `${problemList(warnings, paint)}\n${paint("yellow", countProblems(warnings, "warning"))}`;

export function countProblems(
  problems: readonly LocatedProblem[],
  what: "problem" | "warning" = "problem",
): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${plural(problems.length, what)} in ${plural(files, "file")}`;
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
