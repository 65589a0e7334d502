// headgate rollback: makes an earlier version of a site live, for everybody.
import type { Command } from "commander";
import { runChange, type SiteOptions, withSiteOptions } from "../versioning/changing-command.ts";

const EXAMPLES = `  npx headgate rollback --remote
  npx headgate rollback --edge https://admin.example.com
  npx headgate rollback 3f9c1e --remote --site shop.example.com`;

export function addRollbackCommand(program: Command): void {
  withSiteOptions(
    program
      .command("rollback")
      .description("make an earlier version of a site live, and end its rollout")
      .argument("[VERSION]", "the version, or its beginning (default: the one that was live before)"),
    EXAMPLES,
  ).action((word: string | undefined, options: SiteOptions, command: Command) =>
    runChange(options, command, { kind: "rollback", version: word }),
  );
}
