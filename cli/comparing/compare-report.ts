// The comparison of two versions, for people and as data. Pure.
import { plural } from "../printing/problem-list.ts";
import { type Paint, visible } from "../printing/terminal-text.ts";
import { hasFailed, type TestRun } from "../run-tests.ts";
import { changeSentence } from "./change-sentence.ts";
import type { ComparedVersion, Comparison } from "./compare-sites.ts";
import type { ComparedRequest } from "./decisions.ts";

export function compareText(comparison: Comparison, paint: Paint): string {
  const { a, b, changes, requests, broken, fresh } = comparison;
  const differing = requests.filter(({ differences }) => differences.length > 0);
  const foreign = requests.filter(({ isServed }) => !isServed).length;
  const neither = foreign === 0 ? "" : `; ${foreign} of a host that neither serves`;
  const lines = [
    paint("bold", `${nameOf(a)} → ${nameOf(b)}`),
    changes.length === 0 ? "nothing changes in the site" : `${plural(changes.length, "change")} in the site`,
    ...changes.map((change) => `  ${changeSentence(change)}`),
    ...(requests.length === 0
      ? ["no requests to compare: neither has tests, and --url names none"]
      : [
          `${plural(requests.length, "request")} compared, ${differing.length} decided differently${neither}`,
        ]),
    ...differing.flatMap((request) => requestLines(request, paint)),
    ...testLines(broken, "does not hold any more", "red", paint),
    ...testLines(fresh, "did not hold before", "green", paint),
  ];
  return lines.join("\n");
}

const nameOf = ({ name, version }: ComparedVersion): string =>
  name === version ? name : `${name} (${version})`;

function requestLines({ method, url, differences }: ComparedRequest, paint: Paint): string[] {
  const width = Math.max(...differences.map(({ what }) => what.length));
  return [
    `  ${visible(`${method} ${url}`)}`,
    ...differences.map(({ what, a, b }) => {
      const [before, after] = [a, b].map((value) => visible(value ?? "none"));
      return `    ${what.padEnd(width)}  ${paint("red", before ?? "")} → ${paint("green", after ?? "")}`;
    }),
  ];
}

function testLines(runs: readonly TestRun[], what: string, style: "red" | "green", paint: Paint): string[] {
  if (runs.length === 0) return [];
  return [
    `${plural(runs.length, "test")} that ${runs.length === 1 ? what : what.replace("does", "do")}`,
    ...runs.flatMap(({ name, failures }) => [
      `  ${paint(style, visible(name))}`,
      ...failures.map(
        ({ expectation, expected, actual }) =>
          `    ${visible(expectation)}: expected ${visible(expected)}, actual ${visible(actual)}`,
      ),
    ]),
  ];
}

/** For `--json` (docs/commands.md). */
export const compareData = ({ a, b, changes, requests, broken, fresh }: Comparison) => ({
  ok: true,
  same: changes.length === 0 && requests.every(({ differences }) => differences.length === 0),
  a: { name: a.name, version: a.version },
  b: { name: b.name, version: b.version },
  changes: changes.map((change) => ({
    path: change.path,
    change: change.change,
    before: change.before ?? null,
    after: change.after ?? null,
    sentence: changeSentence(change),
  })),
  requests,
  brokenTests: broken.map(testOf),
  newTests: fresh.map(testOf),
});

const testOf = (run: TestRun) => ({ name: run.name, ok: !hasFailed(run), failures: run.failures });
