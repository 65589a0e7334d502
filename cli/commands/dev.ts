// headgate dev: the edge on this machine, emulated, with site files that go live as soon as they are saved.
import path from "node:path";
import type { Command } from "commander";
import { tokensInEnvironment } from "../admin/tokens-in-environment.ts";
import { DEFAULT_PORT, isFree, parsePort, sitesNamed } from "../command-arguments.ts";
import { devUntilTold, terminalNews } from "../dev/in-terminal.ts";
import { devVars } from "../dev/private-vars.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { wranglerConfig } from "../project.ts";
import { readSecrets, secretsNow } from "../secrets/secrets-file.ts";
import { tellingSecrets } from "../secrets/secrets-missing.ts";
import { readOriginMaterial } from "../standalone/origin-material.ts";
import { type OriginOptions, originFilesOf, withOriginOptions } from "../standalone/origin-options.ts";
import { SECRETS_OPTION } from "../standalone/serve-options.ts";

interface Options extends OriginOptions {
  readonly sites: string;
  readonly port: number;
  readonly host: string;
  readonly persistTo?: string;
  readonly config?: string;
  readonly adminPort?: number;
  readonly adminHost: string;
  readonly secrets?: string;
  readonly json?: true;
}

const NOTES = `
The folder is watched: a file that is saved is live within a second or two, one with a problem is reported and its
last good version stays, and when a file is deleted its hosts are gone. The local store then holds these sites only.

Example:
  npx headgate dev --sites sites --port 8787
`;

export function addDevCommand(program: Command): void {
  const bare = program
    .command("dev")
    .description("run the edge on this machine, emulated by wrangler; a saved site file goes live at once")
    .option("--sites <DIR>", "the folder of site files", DEFAULT_SITES)
    .option("--port <N>", "the port to listen on; 0 for any free one", parsePort, DEFAULT_PORT)
    .option("--host <H>", "the address to listen on", "127.0.0.1")
    .option(
      "--persist-to <DIR>",
      "keep the local store in this folder, as wrangler does (default: a new one that ends with the run)",
    )
    .option("--config <FILE>", "wrangler's configuration (default: that of the current folder)")
    .option(
      "--admin-port <N>",
      "serve the admin API on a port of its own, for the tokens in HEADGATE_ADMIN_TOKEN and HEADGATE_ADMIN_TOKENS; 0 for any free one",
      parsePort,
    )
    .option("--admin-host <H>", "the address of that port", "127.0.0.1")
    .option("--secrets <FILE>", SECRETS_OPTION)
    .option("--json", "tell what happens as JSON lines on standard error (docs/commands.md)");
  withOriginOptions(bare)
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (options: Options, command: Command) => {
      await sitesNamed([options.sites], command); // a missing folder ends the command here
      const { stdout, stderr } = process;
      const configFile = wranglerConfig(options.config);
      const env = { ...(await devVars(path.dirname(configFile))), ...process.env };
      const news = terminalNews({ stdout, stderr, json: options.json });
      const tell = tellingSecrets(news, env, () => secretsNow(options.secrets, env));
      if (options.port !== 0 && !(await isFree(options.host, options.port))) {
        tell.error(`${options.host}:${options.port} is in use; choose another --port`);
        process.exitCode = PROBLEMS;
        return;
      }
      const tokens = options.adminPort === undefined ? undefined : tokensInEnvironment();
      if (tokens?.ok === false) return command.error(`error: ${tokens.error}`, { exitCode: WRONG_USAGE });
      const files = originFilesOf(options);
      const material = await readOriginMaterial(files);
      if (!material.ok) return command.error(`error: ${material.error}`, { exitCode: WRONG_USAGE });
      for (const concern of material.value.concerns) tell.notice(concern);
      const secrets = await readSecrets(options.secrets, env);
      if (!secrets.ok) return command.error(`error: ${secrets.error}`, { exitCode: WRONG_USAGE });
      if (secrets.value.concern !== undefined) tell.notice(secrets.value.concern);
      const { adminPort, adminHost } = options;
      const dev = {
        configFile,
        folder: options.sites,
        host: options.host,
        port: options.port,
        origins: { files, material: material.value },
        secrets: secrets.value.variables,
        ...(adminPort !== undefined &&
          tokens && {
            admin: { host: adminHost.replace(/^\[(.*)\]$/, "$1"), port: adminPort, tokens: tokens.value },
          }),
        stateFolder: options.persistTo === undefined ? undefined : path.resolve(options.persistTo),
        tell,
      };
      await devUntilTold(dev, ({ url, adminUrl }) => {
        const lines = [
          ...(adminUrl === undefined ? [] : [`admin API on ${adminUrl}`]),
          `ready on ${url}; watching ${options.sites}, Ctrl-C ends it`,
        ];
        tell.ready(lines, { urls: [url], healthUrl: null, adminUrl });
      });
    });
}
