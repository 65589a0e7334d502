// In which form does a command report what it found: as text for people, or in a format that other programs read?
import path from "node:path";
import { type Command, Option } from "commander";
import { VERSION } from "../project.ts";
import { githubCommands } from "./github.ts";
import { junitXml } from "./junit.ts";
import type { Report } from "./report.ts";
import { sarifLog } from "./sarif.ts";

const FORMATS = ["text", "github", "junit", "sarif"] as const;

export interface FormatOptions {
  readonly format: (typeof FORMATS)[number];
  readonly json?: true;
}

export const withFormats = (command: Command): Command =>
  command
    .addOption(
      new Option("--format <FORMAT>", "how to report: for people, or for another program")
        .choices(FORMATS)
        .default("text"),
    )
    .addOption(new Option("--json", "report as JSON (docs/commands.md)").conflicts("format"));

/** Undefined for `text`, which each command words itself. */
export function formatted(report: Report, format: FormatOptions["format"]): string | undefined {
  switch (format) {
    case "text":
      return undefined;
    case "github":
      return githubCommands(report, fromRepository);
    case "junit":
      return junitXml(report);
    case "sarif":
      return sarifLog(report, VERSION, fromRepository);
  }
}

/** GitHub knows a file by its path in the repository, from wherever in it a job runs the command. */
function fromRepository(file: string): string {
  const { GITHUB_WORKSPACE: root } = process.env;
  if (root === undefined) return file;
  const relative = path.relative(root, path.resolve(file));
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}
