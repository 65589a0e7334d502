// The problems of the site files, one per line, in a form that editors turn into a link: `file:line:column`.
import { formatProblem, type LocatedProblem } from "../../shared/site/problem.ts";
import { type Paint, type Style, visible } from "./terminal-text.ts";

export const problemList = (problems: readonly LocatedProblem[], paint: Paint): string =>
  problems.map((problem) => problemLine(problem, "red", paint)).join("\n");

/** Followed by their number. For files that are valid. */
export const warningList = (warnings: readonly LocatedProblem[], paint: Paint): string =>
  [
    ...warnings.map((warning) => problemLine(warning, "yellow", paint)),
    paint("yellow", countProblems(warnings, "warning")),
  ].join("\n");

function problemLine(problem: LocatedProblem, style: Style, paint: Paint): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return paint(style, place) + visible(formatProblem(problem).slice(place.length));
}

/** For `--json` (docs/commands.md). */
export const problemData = ({ file, line, column, path, message, hint }: LocatedProblem) => ({
  file,
  line,
  column,
  path,
  message,
  hint: hint ?? null,
});

export function countProblems(
  problems: readonly LocatedProblem[],
  what: "problem" | "warning" = "problem",
): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${plural(problems.length, what)} in ${plural(files, "file")}`;
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
