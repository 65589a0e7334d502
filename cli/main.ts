#!/usr/bin/env node
// headgate: the command line. Runs under the project's own Node, which reads TypeScript as it is: `npx headgate`.
import { Command, CommanderError } from "commander";
import { addCheckCommand } from "./commands/check.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addPushCommand } from "./commands/push.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addTestCommand } from "./commands/test.ts";
import { EXIT_CODE_HELP, FINE, WRONG_USAGE } from "./exit-codes.ts";

const program = new Command("headgate")
  .description("A CDN and load balancer for Cloudflare Workers, configured by one small file per site.")
  .addHelpText("after", EXIT_CODE_HELP)
  .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
  .showHelpAfterError("Try `npx headgate --help`, or `npx headgate COMMAND --help`.")
  .exitOverride();

addServeCommand(program);
addCheckCommand(program);
addTestCommand(program);
addExplainCommand(program);
addPushCommand(program);

// Whoever reads us through `| head` has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what was wrong; anything else is a bug and shows its stack.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? FINE : WRONG_USAGE;
}
