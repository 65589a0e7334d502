// A report in SARIF 2.1.0, the format of code scanning.
import type { Log, ReportingDescriptor, Result } from "sarif";
import { type Finding, findingsIn, type Report } from "./report.ts";

type Kind = Finding["kind"];

const RULES: Readonly<Record<Kind, ReportingDescriptor>> = {
  problem: {
    id: "site-file",
    name: "SiteFile",
    shortDescription: { text: "The site file has a problem, so it is not served." },
    defaultConfiguration: { level: "error" },
  },
  warning: {
    id: "no-effect",
    name: "NoEffect",
    shortDescription: { text: "A setting of the site file is valid, but has no effect." },
    defaultConfiguration: { level: "warning" },
  },
  "failed-test": {
    id: "test",
    name: "Test",
    shortDescription: { text: "A test in the site file fails." },
    defaultConfiguration: { level: "error" },
  },
};
const KINDS = Object.keys(RULES) as Kind[];

/** `named`: the file from the root of the repository. */
export function sarifLog(report: Report, version: string, named: (file: string) => string): string {
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "headgate", version, rules: KINDS.map((kind) => RULES[kind]) } },
        // `check` and `test` of one commit are two analyses, of which neither replaces the other.
        automationDetails: { id: `headgate-${report.command}/` },
        columnKind: "utf16CodeUnits",
        results: findingsIn(report).map((finding) => resultFor(finding, named)),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function resultFor(finding: Finding, named: (file: string) => string): Result {
  const { kind, file, line, column, subject, message } = finding;
  const rule = RULES[kind];
  return {
    ruleId: rule.id,
    ruleIndex: KINDS.indexOf(kind),
    level: rule.defaultConfiguration?.level ?? "error",
    message: { text: `${subject}${kind === "failed-test" ? "\n" : " "}${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(named(file)) },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: subject }],
      },
    ],
  };
}

/** Relative to the root of the repository, or absolute. */
function uriOf(file: string): string {
  const uri = file
    .replaceAll("\\", "/")
    .split("/")
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join("/");
  return uri.startsWith("/") ? `file://${uri}` : uri;
}
