// headgate serve: the edge on your own machine, using only the workerd binary.
import path from "node:path";
import type { Command } from "commander";
import { sitesWithoutProblems } from "../command-arguments.ts";
import { EXIT_CODE_HELP, endedByParent, PROBLEMS, toldToEnd, WRONG_USAGE } from "../ending.ts";
import { type News, newsOn } from "../live/news.ts";
import { BoundedOutput } from "../log/bounded-output.ts";
import { RepeatedLines } from "../log/repeated-lines.ts";
import { openServiceLog, type ServiceLog } from "../log/service-log.ts";
import { plural } from "../printing/problem-list.ts";
import { madeUpSecret, rootSecretMissing } from "../secrets/root-secret-missing.ts";
import { secretsNow } from "../secrets/secrets-file.ts";
import { secretsMissing, tellingSecrets } from "../secrets/secrets-missing.ts";
import { addressOf, urlOf } from "../standalone/listeners.ts";
import { readOriginMaterial } from "../standalone/origin-material.ts";
import { originFilesOf, withOriginOptions } from "../standalone/origin-options.ts";
import { objectionsWith, processesFor, Service } from "../standalone/run-service.ts";
import {
  adminTokensOf,
  filesFor,
  hasRootSecret,
  isGiven,
  listenersOf,
  type ServeOptions,
  withServeOptions,
} from "../standalone/serve-options.ts";

const NOTES = `
A saved site file is live within a second; one with a problem is reported and its last good version stays. Log records go to
standard output, or to the file of --log; if nobody reads them, they are dropped and counted. https origins are verified
against the public certificate authorities.

SIGHUP (or \`headgate reload\`) reads the certificates and the secrets again and replaces the processes without refusing a connection.
SIGINT and SIGTERM end everything, as soon as what is in flight has finished.

Examples:
  npx headgate serve --sites sites --port 8080
  npx headgate serve --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key privkey.pem
  npx headgate serve --listen 'https://0.0.0.0:443?cert=fullchain.pem&key=privkey.pem' --listen 'http://0.0.0.0:80?redirect' \\
    --processes auto --health 127.0.0.1:8788
`;

export function addServeCommand(program: Command): void {
  const serve = program
    .command("serve")
    .description("serve the sites from this machine without Cloudflare, with the cache in memory");
  withOriginOptions(withServeOptions(serve))
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (options: ServeOptions, command: Command) => {
      // From the first moment: without a listener a SIGHUP ends the process, and a SIGUSR1 starts Node's debugger.
      let isReloadWanted = false;
      let reload = (): void => {
        isReloadWanted = true;
      };
      let reopen = (): void => {};
      process.on("SIGHUP", () => reload());
      process.on("SIGUSR1", () => reopen());
      const adminTokens = adminTokensOf(options, command);
      const hasSecret = hasRootSecret(command);
      if (!hasSecret) process.env.HEADGATE_RUN_SECRET = madeUpSecret(); // the processes of the edge inherit it
      const listeners = await listenersOf(options, command);
      const secretsNowKnown = () => secretsNow(options.secrets);
      const news = tellingSecrets(
        withoutCloudflare(newsOn(process.stderr, options.json)),
        process.env,
        secretsNowKnown,
      );
      const originFiles = originFilesOf(options);
      const material = await readOriginMaterial(originFiles);
      if (!material.ok) return command.error(`error: ${material.error}`, { exitCode: WRONG_USAGE });
      const isPublished =
        options.state !== undefined && options.adminPort !== undefined && !isGiven(command, "sites");
      const loaded = isPublished
        ? undefined
        : await sitesWithoutProblems([options.sites], command, news, objectionsWith(originFiles));
      if (!loaded && !isPublished) return;
      const sites = loaded?.sites ?? [];
      const missing = [
        ...rootSecretMissing(sites, process.env),
        ...secretsMissing(sites, await secretsNowKnown()),
      ];
      if (missing.length > 0) news.warnings(missing);
      const log = await logOf(options, command, news.notice);
      reopen = log.reopen;
      const complaints = new BoundedOutput(process.stderr, {
        onDropped: (lines) => news.notice(`${lines} lines were dropped here: standard error was not read`),
      });
      const output = new RepeatedLines((line) => complaints.write(Buffer.from(`${news.output(line)}\n`)));
      const told = Promise.race([toldToEnd(["SIGINT", "SIGTERM"]), endedByParent()]);
      const started = await Service.start({
        files: loaded && { sites: options.sites, loaded },
        listeners,
        processes: processesFor(options.processes),
        cacheMemory: options.cacheMemory,
        stateFolder: options.state,
        filesFor: filesFor(command),
        filesRoot: options.files ?? path.join(options.sites, "files"),
        logFormat: options.logFormat,
        originFiles,
        adminTokens,
        hasSecret,
        secretsFile: options.secrets,
        health: options.health,
        pidFile: options.pidFile,
        news,
        onOutput: (line) => output.take(line),
        onRecords: log.records,
        tell: news.notice,
      });
      if (!started.ok) {
        news.error(started.error);
        process.exitCode = PROBLEMS;
        return;
      }
      const service = started.value;
      reload = () => void service.reload();
      if (isReloadWanted) reload();
      const urls = service.listeners.filter(({ kind }) => kind !== "admin").map(urlOf);
      const adminUrl = service.listeners.filter(({ kind }) => kind === "admin").map(urlOf)[0];
      const healthUrl = options.health
        ? `http://${addressOf(options.health.host, service.healthPort ?? 0)}`
        : null;
      const lines = [
        ...(healthUrl === null ? [] : [`health checks on ${healthUrl}`]),
        ...(adminUrl === undefined ? [] : [`admin API on ${adminUrl}`]),
        `${loaded ? plural(loaded.sites.length, "site") : "the published sites"} on ${urls.join(" and ")}; Ctrl-C ends it`,
      ];
      news.ready(lines, { urls, healthUrl, adminUrl });
      await told;
      await service.end(options.grace);
      output.end();
      // What a reader has not taken by now would keep this process alive.
      if (!(await log.end(LAST_RECORDS_MS))) process.exit();
    });
}

/** What only Cloudflare cannot do is no concern here. */
const withoutCloudflare = (news: News): News => ({
  ...news,
  warnings: (all) => {
    const ours = all.filter(({ onlyOn }) => onlyOn !== "cloudflare");
    if (ours.length > 0) news.warnings(ours);
  },
});

/** After everything else has ended. */
const LAST_RECORDS_MS = 1_000;

async function logOf(
  { log }: ServeOptions,
  command: Command,
  tell: (sentence: string) => void,
): Promise<ServiceLog> {
  const opened = await openServiceLog(log, tell);
  return opened.ok ? opened.value : command.error(`error: ${opened.error}`, { exitCode: WRONG_USAGE });
}
