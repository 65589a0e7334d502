// What is wrong with the site files, one after the other, in a form that editors turn into a link: `file:line:column`.
import type { LocatedProblem } from "../read-site-file.ts";
import type { Paint } from "../paint.ts";

export function problemList(problems: readonly LocatedProblem[], paint: Paint): string {
  return problems.map((problem) => formatProblem(problem, paint)).join("\n");
}

function formatProblem({ file, line, column, path, message, hint }: LocatedProblem, paint: Paint): string {
  const lines = [`${paint("bold", `${file}:${line}:${column}`)}  ${path === "" ? "the whole file" : path}`];
  lines.push(`  ${paint("red", message)}`);
  if (hint !== undefined) lines.push(`  ${paint("dim", hint)}`);
  return lines.join("\n");
}

export function countProblems(problems: readonly LocatedProblem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${plural(problems.length, "problem")} in ${plural(files, "file")}`;
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
