// Reports for the tests of the formats.
import type { Finding, Report } from "../../../../cli/reporting/report.ts";

export const aFinding = (parts: Partial<Finding> = {}): Finding => ({
  kind: "problem",
  file: "sites/shop.yaml",
  line: 5,
  column: 48,
  subject: "pools.web",
  message: "is not a known key",
  ...parts,
});

/** One file with these findings: warnings beside the cases, the others as cases of their own. */
export function aReport(
  command: Report["command"],
  findings: readonly Finding[],
  passed: readonly string[] = [],
): Report {
  const cases = findings.filter(({ kind }) => kind !== "warning");
  return {
    command,
    files: [
      {
        file: findings[0]?.file ?? "sites/shop.yaml",
        cases: [
          ...cases.map((finding) => ({ name: finding.subject, finding })),
          ...passed.map((name) => ({ name, finding: undefined })),
        ],
        warnings: findings.filter(({ kind }) => kind === "warning"),
      },
    ],
  };
}

/** Whatever may stand in a site file. */
export const NASTY = [
  "100% of a:b,c",
  "two\r\nlines\tand a tab",
  "::error::injected",
  "%0A::set-output name=x::y",
  `<b attr="'">&amp;]]>`,
  "\0\u0007\u001b[31m",
  "half \ud800 of a character",
  "\ufffe\uffff\u2028\u0085",
  "日本 🎉",
];
