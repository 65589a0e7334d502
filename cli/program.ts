// The commands of headgate, and how each of them ends.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Command, CommanderError } from "commander";
import { addCheckCommand } from "./commands/check.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addInitCommand } from "./commands/init.ts";
import { addPushCommand } from "./commands/push.ts";
import { addReloadCommand } from "./commands/reload.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addTestCommand } from "./commands/test.ts";
import { EXIT_CODE_HELP, FINE, WRONG_USAGE } from "./ending.ts";
import { PROJECT } from "./project.ts";

export function createProgram(): Command {
  const program = new Command("headgate")
    .description("A CDN and load balancer for Cloudflare Workers, configured by one small file per site.")
    .version(versionOf(PROJECT), "--version", "print the version")
    .addHelpText("after", EXIT_CODE_HELP)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .showHelpAfterError("Try `npx headgate --help`, or `npx headgate COMMAND --help`.")
    .exitOverride();
  addInitCommand(program);
  addDemoCommand(program);
  addDevCommand(program);
  addServeCommand(program);
  addReloadCommand(program);
  addCheckCommand(program);
  addTestCommand(program);
  addExplainCommand(program);
  addPushCommand(program);
  return program;
}

/** Commander has already printed the error. Undefined if the error is a bug of ours. */
export function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  if (error.code === "commander.error") return error.exitCode; // a command's own error, with its own exit code
  return error.exitCode === 0 ? FINE : WRONG_USAGE;
}

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string }).version;
