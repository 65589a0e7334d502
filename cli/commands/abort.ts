// headgate abort: ends a rollout, and gives the live version to everybody again.
import type { Command } from "commander";
import { runChange, type SiteOptions, withSiteOptions } from "../versioning/changing-command.ts";

const EXAMPLES = "  npx headgate abort --remote --site shop.example.com";

export function addAbortCommand(program: Command): void {
  withSiteOptions(
    program.command("abort").description("end a rollout: all clients get the live version again"),
    EXAMPLES,
  ).action((options: SiteOptions, command: Command) => runChange(options, command, { kind: "abort" }));
}
