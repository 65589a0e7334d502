// Runs the tests of a site file against that file alone, and reports the results. Pure: a test asks what would be decided,
// which needs no origin.
import { problemAt } from "../shared/site/problem.ts";
import { compileSite } from "../worker/compile-site.ts";
import type { Failure } from "../worker/explaining/expectations.ts";
import { failuresOfTest, nameOfTest } from "../worker/explaining/test-failures.ts";
import type { LoadedSite } from "./judge-file.ts";
import { plural } from "./printing/problem-list.ts";
import { type Paint, visible } from "./printing/terminal-text.ts";

export interface TestRun {
  readonly name: string;
  /** Where the test stands in its file. */
  readonly line: number;
  readonly column: number;
  /** Empty if it passes. */
  readonly failures: readonly Failure[];
}

export interface TestedFile {
  readonly file: string;
  readonly runs: readonly TestRun[];
}

export const runAllTests = (sites: readonly LoadedSite[], now: number): TestedFile[] =>
  sites.map((site) => ({ file: site.file, runs: runTests(site, now) }));

/** What the tests of a site need of it. */
export type Tested = Pick<LoadedSite, "site" | "version" | "locate"> & Partial<LoadedSite>;

export function runTests(loaded: Tested, now: number): TestRun[] {
  if (loaded.site.tests.length === 0) return [];
  const compiled = compileSite(loaded.site, loaded.version);
  return loaded.site.tests.map((test, index) => {
    const { line, column } = loaded.locate(problemAt(["tests", index], ""));
    const failures = failuresOfTest(test, compiled, loaded.site.hosts, now);
    return { name: nameOfTest(test), line, column, failures };
  });
}

export const hasFailed = ({ failures }: TestRun): boolean => failures.length > 0;

/** One line for each test. Under a failed test, every expectation that did not hold. */
export function testReport({ file, runs }: TestedFile, paint: Paint): string {
  if (runs.length === 0) return `${paint("bold", file)}  no tests`;
  return [paint("bold", file), ...runs.map((run) => formatRun(run, paint))].join("\n");
}

function formatRun(run: TestRun, paint: Paint): string {
  const name = visible(run.name);
  if (!hasFailed(run)) return `  ${paint("green", "ok")}    ${name}`;
  const details = run.failures.flatMap(({ expectation, expected, actual }) => [
    `          ${visible(expectation)}: expected ${paint("green", visible(expected))}`,
    `          ${" ".repeat(visible(expectation).length)}    actual ${paint("red", visible(actual))}`,
  ]);
  return [`  ${paint("red", `FAIL  ${name}`)}`, ...details].join("\n");
}

export function testSummary(tested: readonly TestedFile[], paint: Paint): string {
  const { passed, failed } = countRuns(tested);
  const text = `${plural(passed + failed, "test")}: ${passed} passed, ${failed} failed`;
  return paint(failed === 0 ? "green" : "red", text);
}

/** For `--json` (docs/commands.md). */
export const testData = (tested: readonly TestedFile[]) => ({
  ...countRuns(tested),
  files: tested.map(({ file, runs }) => ({
    file,
    tests: runs.map((run) => ({
      name: run.name,
      line: run.line,
      column: run.column,
      ok: !hasFailed(run),
      failures: run.failures,
    })),
  })),
});

function countRuns(tested: readonly TestedFile[]): { passed: number; failed: number } {
  const runs = tested.flatMap((file) => file.runs);
  const failed = runs.filter(hasFailed).length;
  return { passed: runs.length - failed, failed };
}
