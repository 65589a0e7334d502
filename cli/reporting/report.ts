// What did `check` or `test` find? In one shape for all the formats that other programs read. Its texts are safe to print.
import type { LocatedProblem } from "../../shared/site/problem.ts";
import type { LoadedSites } from "../load-sites.ts";
import { visible } from "../printing/terminal-text.ts";
import type { TestedFile, TestRun } from "../run-tests.ts";

export interface Report {
  readonly command: "check" | "test";
  readonly files: readonly ReportedFile[];
}

export interface ReportedFile {
  /** As the user named it. */
  readonly file: string;
  readonly cases: readonly Case[];
  /** They make nothing fail. */
  readonly warnings: readonly Finding[];
}

/** Something that passes or fails. */
export interface Case {
  readonly name: string;
  readonly finding: Finding | undefined;
}

export interface Finding {
  readonly kind: "problem" | "warning" | "failed-test";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The path in the file, or the name of the test. */
  readonly subject: string;
  /** Lines. */
  readonly message: string;
}

/** A case for each problem, and one for each file without any. */
export const reportOfCheck = (loaded: LoadedSites): Report => ({
  command: "check",
  files: reported(loaded, () => [{ name: "the file is valid", finding: undefined }]),
});

/** A case for each test. Where a file has problems, no test was run, and each problem is a case. */
export function reportOfTests(loaded: LoadedSites, tested: readonly TestedFile[]): Report {
  const runs = new Map(tested.map(({ file, runs }) => [file, runs]));
  return {
    command: "test",
    files: reported(loaded, (file) =>
      (runs.get(file) ?? []).map((run) => ({ name: visible(run.name), finding: findingOf(run, file) })),
    ),
  };
}

export const findingsIn = ({ files }: Report): Finding[] =>
  files.flatMap(({ cases, warnings }) => [...cases.flatMap(({ finding }) => finding ?? []), ...warnings]);

function reported(
  { sites, problems, warnings }: LoadedSites,
  casesOfValid: (file: string) => Case[],
): ReportedFile[] {
  const files = new Set([...sites, ...problems].map(({ file }) => file));
  return [...files].map((file) => {
    const wrong = problems.filter((problem) => problem.file === file).map(asProblem);
    return {
      file,
      cases:
        wrong.length > 0 ? wrong.map((finding) => ({ name: finding.subject, finding })) : casesOfValid(file),
      warnings: warnings.filter((warning) => warning.file === file).map(asWarning),
    };
  });
}

const asProblem = (problem: LocatedProblem): Finding => ({ kind: "problem", ...placed(problem) });
const asWarning = (problem: LocatedProblem): Finding => ({ kind: "warning", ...placed(problem) });

function placed({ file, line, column, path, message, hint }: LocatedProblem): Omit<Finding, "kind"> {
  const what = path === "" ? message.replace(/^the file /, "") : message; // the subject says that already
  const sentence = hint === undefined ? what : `${what}; ${hint}`;
  return { file, line, column, subject: visible(path || "the file"), message: visible(sentence) };
}

function findingOf({ name, line, column, failures }: TestRun, file: string): Finding | undefined {
  if (failures.length === 0) return undefined;
  const message = failures
    .map(({ expectation, expected, actual }) =>
      visible(`${expectation}: expected ${expected}, actual ${actual}`),
    )
    .join("\n");
  return { kind: "failed-test", file, line, column, subject: visible(name), message };
}
