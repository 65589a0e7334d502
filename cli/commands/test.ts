// headgate test: do the sites decide as the tests in their files expect?
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { DEFAULT_SITES, type LoadedSites } from "../load-sites.ts";
import { countProblems, problemData, problemList } from "../printing/problem-list.ts";
import { type Paint, paintFor } from "../printing/terminal-text.ts";
import { type FormatOptions, formatted, withFormats } from "../reporting/formats.ts";
import { reportOfTests } from "../reporting/report.ts";
import { hasFailed, runAllTests, type TestedFile, testData, testReport, testSummary } from "../run-tests.ts";

const EXAMPLES = `
Examples:
  npx headgate test sites/demo.yaml
  npx headgate test --format junit > headgate.xml
`;

export function addTestCommand(program: Command): void {
  withFormats(
    program
      .command("test")
      .description("run the tests in the site files; no origin is needed")
      .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
      .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`),
  ).action(async (paths: string[], { format, json }: FormatOptions, command: Command) => {
    const loaded = await sitesNamed(paths, command);
    // With a problem in one file, none is tested: what it should hold may be what another one expects.
    const tested = loaded.problems.length > 0 ? [] : runAllTests(loaded.sites, Date.now());
    const report = json
      ? JSON.stringify(dataOf(loaded, tested), null, 2)
      : (formatted(reportOfTests(loaded, tested), format) ??
        textOf(loaded, tested, paintFor(process.stdout)));
    if (report !== "") console.log(report);
    if (loaded.problems.length > 0 || tested.some(({ runs }) => runs.some(hasFailed)))
      process.exitCode = PROBLEMS;
  });
}

function textOf({ problems }: LoadedSites, tested: readonly TestedFile[], paint: Paint): string {
  if (problems.length > 0) return `${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`;
  return [...tested.map((file) => testReport(file, paint)), testSummary(tested, paint)].join("\n");
}

const dataOf = ({ problems, warnings }: LoadedSites, tested: readonly TestedFile[]): unknown => ({
  ok: problems.length === 0 && !tested.some(({ runs }) => runs.some(hasFailed)),
  ...testData(tested),
  problems: problems.map(problemData),
  warnings: warnings.map(problemData),
});
