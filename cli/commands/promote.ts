// headgate promote: gives the version that is rolled out to everybody.
import type { Command } from "commander";
import { err, ok } from "../../shared/result.ts";
import { promoted } from "../../shared/site/record-changes.ts";
import { runChange, type SiteOptions, withSiteOptions } from "../versioning/changing-command.ts";

const EXAMPLES = "  npx headgate promote --remote --site shop.example.com";

export function addPromoteCommand(program: Command): void {
  withSiteOptions(
    program.command("promote").description("give the version that is rolled out to all clients"),
    EXAMPLES,
  ).action((options: SiteOptions, command: Command) =>
    runChange(options, command, (record) => {
      if (!record.next) return err(`${record.site} has no rollout under way: nothing can be promoted`);
      return ok({ version: record.next.version, after: (hosts) => promoted(record, hosts) });
    }),
  );
}
