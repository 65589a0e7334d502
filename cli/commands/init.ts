// headgate init: makes a project of one's own.
import path from "node:path";
import type { Command } from "commander";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { makeProject, nameFor } from "../init/make-project.ts";

const NOTES = `
The project has a first site with its tests, wrangler's configuration with production and staging, and workflows for
GitHub. Headgate itself stays in node_modules and is upgraded with \`npm update\`.

Example:
  npx headgate init my-edge
`;

interface Options {
  readonly name?: string;
  readonly json?: true;
}

export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("make a project of your own, with a first site")
    .argument("<DIR>", "the new folder; an existing one must be empty, but for .git")
    .option("--name <NAME>", "the name of the Worker (default: that of the folder)")
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (folder: string, options: Options, command: Command) => {
      const name = options.name ?? nameFor(path.basename(path.resolve(folder)));
      if (name === undefined || nameFor(name) !== name) {
        const words =
          "a Worker's name has lower-case letters, digits and dashes, up to 54; choose one with --name";
        return command.error(`error: ${words}`, { exitCode: WRONG_USAGE });
      }
      const made = await makeProject(folder, name);
      if (options.json) {
        const [files, error] = made.ok ? [made.value, null] : [[], made.error];
        console.log(JSON.stringify({ ok: made.ok, folder, name, files, error }, null, 2));
        if (!made.ok) process.exitCode = PROBLEMS;
        return;
      }
      if (!made.ok) return command.error(`error: ${made.error}`, { exitCode: PROBLEMS });
      for (const file of made.value) console.log(`  ${path.join(folder, file)}`);
      const enter = path.resolve(folder) === process.cwd() ? [] : [`cd ${asWord(folder)}`];
      console.log(["\nNext:", ...enter, "npm install", "npm run dev"].join("\n  "));
    });
}

/** For a shell. */
function asWord(folder: string): string {
  const plain = folder.startsWith("-") ? `./${folder}` : folder;
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}
