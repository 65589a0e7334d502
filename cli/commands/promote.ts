// headgate promote: gives the version that is rolled out to everybody.
import type { Command } from "commander";
import { runChange, type SiteOptions, withSiteOptions } from "../versioning/changing-command.ts";

const EXAMPLES = "  npx headgate promote --remote --site shop.example.com";

export function addPromoteCommand(program: Command): void {
  withSiteOptions(
    program.command("promote").description("give the version that is rolled out to all clients"),
    EXAMPLES,
  ).action((options: SiteOptions, command: Command) => runChange(options, command, { kind: "promote" }));
}
