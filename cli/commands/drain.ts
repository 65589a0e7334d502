// headgate drain and undrain: takes an origin of a running edge out of service for new clients, or puts it back. At once, without a
// publication.
import type { Command } from "commander";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { onlySite } from "../admin/only-site.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor, visible } from "../printing/terminal-text.ts";

const exampleOf = (name: "drain" | "undrain") => `
Example:
  npx headgate ${name} web/fra --edge https://admin.example.com
`;

const NOTES = `
The keeper of the site tells every isolate within some seconds, and remembers it until \`undrain\`, whatever is published meanwhile.
Requests that are on their way finish.
`;

interface Options {
  readonly edge?: string;
  readonly site?: string;
  readonly force?: true;
  readonly json?: true;
}

export function addDrainCommand(program: Command): void {
  withOptions(program.command("drain"))
    .description("send no new clients to an origin of a running edge, at once and without a publication")
    .option("--force", "also if no other origin of its pool is usable")
    .addHelpText("after", `${NOTES}${exampleOf("drain")}${EXIT_CODE_HELP}`)
    .action((name: string, options: Options, command: Command) => run(name, options, command, true));
}

export function addUndrainCommand(program: Command): void {
  withOptions(program.command("undrain"))
    .description("send clients to an origin of a running edge again")
    .addHelpText("after", `${exampleOf("undrain")}${EXIT_CODE_HELP}`)
    .action((name: string, options: Options, command: Command) => run(name, options, command, false));
}

const withOptions = (command: Command): Command =>
  addEdgeOption(command)
    .argument("<POOL/ORIGIN>", "as `headgate status` shows it: web/fra")
    .option("--site <NAME>", "the site, if the edge has several")
    .option("--json", "report as JSON (docs/admin.md)");

async function run(name: string, options: Options, command: Command, drains: boolean): Promise<void> {
  const [pool = "", origin = "", ...more] = name.split("/");
  if (pool === "" || origin === "" || more.length > 0)
    return command.error(`error: ${visible(name)} is not POOL/ORIGIN; write, for example, web/fra`, {
      exitCode: WRONG_USAGE,
    });
  const client = edgeOf(options, command);
  const site = await onlySite(client, options.site);
  if (!site.ok)
    return options.json ? tellData({ ok: false, error: site.error.sentence }) : failed(site.error);
  const params = { site: site.value, pool, origin };
  const told = drains
    ? await client.call("drain", { params, body: { force: options.force ?? false } })
    : await client.call("undrain", { params });
  if (options.json) {
    const about = { site: site.value, pool, origin, drained: drains };
    return tellData(
      told.ok
        ? { ok: true, ...about, revision: told.value.revision }
        : { ok: false, ...about, error: told.error.sentence },
    );
  }
  if (!told.ok) {
    const sentence = told.error.sentence.replace("force it if that is meant", "--force if that is meant");
    return failed({ ...told.error, sentence });
  }
  const state = drains ? "is drained" : "gets clients again";
  const line = `${name} of ${site.value} ${state} (revision ${told.value.revision})`;
  console.log(paintFor(process.stdout)("green", visible(line)));
}

function tellData(data: { readonly ok: boolean } & Record<string, unknown>): void {
  console.log(JSON.stringify(data, null, 2));
  if (!data.ok) process.exitCode = PROBLEMS;
}
