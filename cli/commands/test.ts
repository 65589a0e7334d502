// headgate test: do the sites decide as the tests in their files expect?
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { countProblems, problemList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { runTests, testReport, testSummary } from "../run-tests.ts";

export function addTestCommand(program: Command): void {
  program
    .command("test")
    .description("run the tests in the site files; no origin is needed")
    .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
    .addHelpText("after", `\nExample:\n  npx headgate test sites/demo.yaml\n${EXIT_CODE_HELP}`)
    .action(async (paths: string[], _options: unknown, command: Command) => {
      const { sites, problems } = await sitesNamed(paths, command);
      const paint = paintFor(process.stdout);
      if (problems.length > 0) {
        console.log(`${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`);
        process.exitCode = PROBLEMS;
        return;
      }
      const reports = sites.map((site) => ({ file: site.file, runs: runTests(site, Date.now()) }));
      for (const { file, runs } of reports) console.log(testReport(file, runs, paint));
      const runs = reports.flatMap((report) => report.runs);
      console.log(testSummary(runs, paint));
      if (runs.some(({ failures }) => failures.length > 0)) process.exitCode = PROBLEMS;
    });
}
