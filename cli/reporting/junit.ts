// A report as JUnit XML, as Jenkins, GitLab, CircleCI and others read it: a suite for each file, a case for each test or problem.
import type { Case, Finding, Report, ReportedFile } from "./report.ts";

type Command = Report["command"];

export function junitXml({ command, files }: Report): string {
  const total = counted(
    files.flatMap(({ cases }) => cases),
    command,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `headgate ${command}`, ...total, time: 0 })}>`,
    ...files.flatMap((file) => suiteLines(file, command)),
    "</testsuites>",
  ].join("\n");
}

function suiteLines({ file, cases, warnings }: ReportedFile, command: Command): string[] {
  return [
    `  <testsuite${attributes({ name: file, ...counted(cases, command), skipped: 0, time: 0 })}>`,
    ...cases.flatMap((one) => caseLines(one, file, command)),
    ...(warnings.length > 0
      ? [`    <system-out>${escaped(warnings.map(line).join("\n"))}</system-out>`]
      : []),
    "  </testsuite>",
  ];
}

/** What keeps tests from running at all is an error in the words of JUnit, and no failure. */
const isError = ({ kind }: Finding, command: Command): boolean => command === "test" && kind === "problem";

function counted(cases: readonly Case[], command: Command): Record<"tests" | "failures" | "errors", number> {
  const findings = cases.flatMap(({ finding }) => finding ?? []);
  const errors = findings.filter((finding) => isError(finding, command)).length;
  return { tests: cases.length, failures: findings.length - errors, errors };
}

function caseLines({ name, finding }: Case, file: string, command: Command): string[] {
  const place = { classname: file, name, file, ...(finding && { line: finding.line }), time: 0 };
  if (!finding) return [`    <testcase${attributes(place)}/>`];
  const element = isError(finding, command) ? "error" : "failure";
  const [message = ""] = finding.message.split("\n");
  return [
    `    <testcase${attributes(place)}>`,
    `      <${element}${attributes({ type: finding.kind, message })}>${escaped(line(finding))}</${element}>`,
    "    </testcase>",
  ];
}

const line = ({ file, line: at, column, subject, message }: Finding): string =>
  `${file}:${at}:${column}  ${subject}\n${message}`;

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(String(value)).replace(/[\t\n]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`,
    )
    .join("");

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way at all to write some characters (§2.2), so they are written as in JavaScript. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(
      /[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
