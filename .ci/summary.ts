// `N passed, N failed`, from vitest's own JSON report. A step that failed beside the tests counts as a failure, so that
// the line and the exit code say the same. Called as: summary.ts REPORT FAILED_STEPS
import { readFile } from "node:fs/promises";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

const [, , reportFile = "", failedSteps = "0"] = process.argv;
const report = await readReport(reportFile);
// A file that does not even load, or a hook that fails, fails no test by name; nor does a run that never got to its end.
const failedTests = report?.success ? report.numFailedTests : Math.max(1, report?.numFailedTests ?? 1);
const failed = failedTests + Number(failedSteps);
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
console.log(
  `${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed > 0 ? 1 : 0;

async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Report;
  } catch {
    return undefined;
  }
}
