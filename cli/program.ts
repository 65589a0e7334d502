// The commands of headgate, and how each of them ends.
import { Command, CommanderError } from "commander";
import { addAbortCommand } from "./commands/abort.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCspHashesCommand } from "./commands/csp-hashes.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addDrainCommand, addUndrainCommand } from "./commands/drain.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addHashCommand } from "./commands/hash.ts";
import { addInitCommand } from "./commands/init.ts";
import { addPromoteCommand } from "./commands/promote.ts";
import { addPullCommand } from "./commands/pull.ts";
import { addPurgeCommand } from "./commands/purge.ts";
import { addPushCommand } from "./commands/push.ts";
import { addReloadCommand } from "./commands/reload.ts";
import { addRollbackCommand } from "./commands/rollback.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSignCommand } from "./commands/sign.ts";
import { addSmokeCommand } from "./commands/smoke.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addSwitchCommand } from "./commands/switch.ts";
import { addTestCommand } from "./commands/test.ts";
import { addTopCommand } from "./commands/top.ts";
import { addVersionsCommand } from "./commands/versions.ts";
import { EXIT_CODE_HELP, FINE, WRONG_USAGE } from "./ending.ts";
import { paintFor } from "./printing/terminal-text.ts";
import { VERSION } from "./project.ts";

export function createProgram(): Command {
  const program = new Command("headgate")
    .description("A CDN and load balancer for Cloudflare Workers, configured by one small file per site.")
    .version(VERSION, "--version", "print the version")
    .addHelpText("after", EXIT_CODE_HELP)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({ outputError: (text, write) => write(paintFor(process.stderr)("red", text)) })
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
  addVersionsCommand(program);
  addDiffCommand(program);
  addPullCommand(program);
  addRollbackCommand(program);
  addPromoteCommand(program);
  addAbortCommand(program);
  addPurgeCommand(program);
  addHashCommand(program);
  addCspHashesCommand(program);
  addSignCommand(program);
  addSmokeCommand(program);
  addStatusCommand(program);
  addDrainCommand(program);
  addUndrainCommand(program);
  addSwitchCommand(program);
  addTopCommand(program);
  return program;
}

/** Commander has already printed the error. Undefined if the error is a bug of ours. */
export function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  if (error.code === "commander.error") return error.exitCode; // a command's own error, with its own exit code
  return error.exitCode === 0 ? FINE : WRONG_USAGE;
}
