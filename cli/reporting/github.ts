// A report as GitHub's workflow commands, which mark lines in a pull request: `::error file=…,line=…,col=…::…`.
import { type Finding, findingsIn, type Report } from "./report.ts";

/** `named`: the file as GitHub knows it, from the root of the repository. */
export const githubCommands = (report: Report, named: (file: string) => string): string =>
  findingsIn(report)
    .map((finding) => commandFor(finding, report.command, named))
    .join("\n");

function commandFor(finding: Finding, command: Report["command"], named: (file: string) => string): string {
  const { kind, file, line, column, subject, message } = finding;
  const properties = Object.entries({ file: named(file), line, col: column, title: `headgate ${command}` })
    .map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
    .join(",");
  // The log of the job shows the message alone, so the place stands in it too.
  const text = `${file}:${line}:${column}  ${subject}${kind === "failed-test" ? "\n" : "  "}${message}`;
  return `::${kind === "warning" ? "warning" : "error"} ${properties}::${escapedData(text)}`;
}

const escapedData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** A colon would end the properties, a comma one of them. */
const escapedProperty = (text: string): string =>
  escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
