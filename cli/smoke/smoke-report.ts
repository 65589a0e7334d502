// What a smoke test found, for people and as data. Pure.
import type { LocatedProblem } from "../../shared/site/problem.ts";
import { plural, problemData } from "../printing/problem-list.ts";
import { type Paint, type Style, visible } from "../printing/terminal-text.ts";
import type { Checked, Finding } from "./finding.ts";

const NAME_WIDTH = 14;
const WORDS: Readonly<Record<Finding["verdict"], readonly [word: string, style: Style]>> = {
  ok: ["ok", "green"],
  failed: ["FAIL", "red"],
  "not-applicable": ["n/a", "dim"],
};

export function checkedLines({ name, finding }: Checked, paint: Paint): string {
  const [word, style] = WORDS[finding.verdict];
  const line = `${name.padEnd(NAME_WIDTH)}  ${paint(style, word.padEnd(4))}  ${visible(finding.saw)}`;
  if (finding.verdict !== "failed") return line;
  return `${line}\n${" ".repeat(NAME_WIDTH + 8)}${finding.means}`;
}

export const hasFailed = (all: readonly Checked[]): boolean =>
  all.some(({ finding }) => finding.verdict === "failed");

export function smokeSummary(all: readonly Checked[], paint: Paint): string {
  const count = (verdict: Finding["verdict"]) =>
    all.filter(({ finding }) => finding.verdict === verdict).length;
  const text = `${plural(all.length, "check")}: ${count("ok")} ok, ${count("failed")} failed, ${count("not-applicable")} not applicable here`;
  return paint(hasFailed(all) ? "red" : "green", text);
}

/** For `--json` (docs/commands.md). With problems in the site file nothing was asked. */
export const smokeData = (url: URL, all: readonly Checked[], problems: readonly LocatedProblem[] = []) => ({
  ok: problems.length === 0 && !hasFailed(all),
  url: url.href,
  checks: all.map(({ name, finding }) => ({
    name,
    verdict: finding.verdict,
    saw: finding.saw,
    means: finding.verdict === "failed" ? finding.means : null,
  })),
  problems: problems.map(problemData),
});
