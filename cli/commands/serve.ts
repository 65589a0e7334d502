// headgate serve: the edge on your own machine, using only the workerd binary.
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationMs, parseSizeBytes } from "../../shared/site/units.ts";
import { tokensInEnvironment } from "../admin/tokens-in-environment.ts";
import { DEFAULT_PORT, parsePort, sitesWithoutProblems } from "../command-arguments.ts";
import { EXIT_CODE_HELP, endedByParent, PROBLEMS, toldToEnd, WRONG_USAGE } from "../ending.ts";
import { newsOn } from "../live/news.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { BoundedOutput } from "../log/bounded-output.ts";
import { openServiceLog, type ServiceLog } from "../log/service-log.ts";
import { plural } from "../printing/problem-list.ts";
import { addressOf, type Listener, readListener, socketsOf, urlOf } from "../standalone/listeners.ts";
import { tooLongToHold } from "../standalone/run-folder.ts";
import { processesFor, Service } from "../standalone/run-service.ts";

interface ServeOptions {
  readonly sites: string;
  readonly port: number;
  readonly host: string;
  readonly listen: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly processes: number | "auto";
  readonly cacheMemory?: string;
  readonly state?: string;
  readonly grace: number;
  readonly adminPort?: number;
  readonly adminHost: string;
  readonly health?: { readonly host: string; readonly port: number };
  readonly log?: string;
  readonly logFormat?: "json" | "combined";
  readonly pidFile?: string;
  readonly json?: true;
}

const NOTES = `
A saved site file is live within a second; one with a problem is reported and its last good version stays. Log records go to
standard output, or to the file of --log; if nobody reads them, they are dropped and counted. https origins are verified against the public certificate authorities.

SIGHUP (or \`headgate reload\`) reads the certificates again and replaces the processes without refusing a connection.
SIGINT and SIGTERM end everything, as soon as what is in flight has finished.

Examples:
  npx headgate serve --sites sites --port 8080
  npx headgate serve --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key privkey.pem
  npx headgate serve --listen 'https://0.0.0.0:443?cert=fullchain.pem&key=privkey.pem' --listen 'http://0.0.0.0:80?redirect' \\
    --processes auto --health 127.0.0.1:8788
`;

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("serve the sites from this machine without Cloudflare, with the cache in memory")
    .option(
      "--sites <DIR>",
      "the site files; without it, --state and --admin-port serve what `headgate push --edge` has published",
      DEFAULT_SITES,
    )
    .option("--port <N>", "the port to listen on; 0 for any free one", parsePort, DEFAULT_PORT)
    .option("--host <H>", "the address to listen on", "127.0.0.1")
    .option("--tls-cert <FILE>", "terminate TLS with this certificate chain (PEM)")
    .option("--tls-key <FILE>", "the private key of the certificate (PEM)")
    .option(
      "--listen <URL>",
      "in place of --host and --port, and as often as needed: http://HOST:PORT, http://HOST:PORT?redirect (to https), https://HOST:PORT?cert=FILE&key=FILE",
      (url: string, before: string[]) => [...before, url],
      [],
    )
    .option("--processes <N>", "how many processes share the port; auto for one per core", parseProcesses, 1)
    .option(
      "--cache-memory <SIZE>",
      "the size of each process's cache (default: 64MiB); 0B for no cache",
      parseSize,
    )
    .option("--state <DIR>", "where the state of the keepers outlives this run (default: a temporary folder)")
    .addOption(
      new Option("--grace <DURATION>", "how long requests may take to finish at the end")
        .default(10_000, "10s")
        .argParser(parseGrace),
    )
    .option("--health <[HOST:]PORT>", "answer health checks on an address of their own", parseHealth)
    .option(
      "--admin-port <N>",
      "serve the admin API on a port of its own, for the tokens in HEADGATE_ADMIN_TOKEN and HEADGATE_ADMIN_TOKENS; 0 for any free one",
      parsePort,
    )
    .option("--admin-host <H>", "the address of that port", "127.0.0.1")
    .option("--log <FILE>", "append the log records to this file; SIGUSR1 opens it anew")
    .addOption(
      new Option(
        "--log-format <FORMAT>",
        "write every log record in this form, whatever its site asks for",
      ).choices(["json", "combined"]),
    )
    .option("--pid-file <FILE>", "write the number of this process here, for `headgate reload`")
    .option("--json", "tell what happens as JSON lines on standard error (docs/commands.md)")
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
      const listeners = [...(await listenersOf(options, command)), ...adminListener(options)];
      const news = newsOn(process.stderr, options.json);
      const isPublished =
        options.state !== undefined && options.adminPort !== undefined && !isGiven(command, "sites");
      const loaded = isPublished
        ? undefined
        : await sitesWithoutProblems([options.sites], command, news, tooLongToHold);
      if (!loaded && !isPublished) return;
      const log = await logOf(options, command, news.notice);
      reopen = log.reopen;
      const complaints = new BoundedOutput(process.stderr, {
        onDropped: (lines) => news.notice(`${lines} lines were dropped here: standard error was not read`),
      });
      const told = Promise.race([toldToEnd(["SIGINT", "SIGTERM"]), endedByParent()]);
      const started = await Service.start({
        files: loaded && { sites: options.sites, loaded },
        listeners,
        processes: processesFor(options.processes),
        cacheMemory: options.cacheMemory,
        stateFolder: options.state,
        logFormat: options.logFormat,
        adminTokens,
        health: options.health,
        pidFile: options.pidFile,
        news,
        onOutput: (line) => complaints.write(Buffer.from(`${news.output(line)}\n`)),
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
      // What a reader has not taken by now would keep this process alive.
      if (!(await log.end(LAST_RECORDS_MS))) process.exit();
    });
}

function adminListener({ adminPort, adminHost }: ServeOptions): Listener[] {
  if (adminPort === undefined) return [];
  const host = adminHost.replace(/^\[(.*)\]$/, "$1");
  return [{ name: "admin", option: "--admin-port", host, port: adminPort, kind: "admin" }];
}

function adminTokensOf({ adminPort }: ServeOptions, command: Command): string | undefined {
  if (adminPort === undefined) return undefined;
  const tokens = tokensInEnvironment();
  return tokens.ok ? tokens.value : command.error(`error: ${tokens.error}`, { exitCode: WRONG_USAGE });
}

function parseSize(text: string): string {
  if (parseSizeBytes(text) === undefined)
    throw new InvalidArgumentError("Write a size such as 512MiB, or 0B.");
  return text;
}

function parseProcesses(text: string): number | "auto" {
  if (text === "auto") return text;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 256)
    throw new InvalidArgumentError("Write a number from 1 to 256, or auto.");
  return count;
}

/** A timer of Node's takes 24 days at most, and fires at once if it is given more. */
const LONGEST_GRACE_MS = 86_400_000;

function parseGrace(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms > LONGEST_GRACE_MS)
    throw new InvalidArgumentError("Write a duration such as 30s, up to a day.");
  return ms;
}

function parseHealth(text: string): { host: string; port: number } {
  const [, bracketed, plain, port = ""] = /^(?:(?:\[([\da-f:.]+)\]|([\w.-]+)):)?(\d+)$/i.exec(text) ?? [];
  return { host: bracketed ?? plain ?? "127.0.0.1", port: parsePort(port) };
}

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

async function listenersOf(options: ServeOptions, command: Command): Promise<readonly Listener[]> {
  const refuse = (sentence: string) => command.error(`error: ${sentence}`, { exitCode: WRONG_USAGE });
  const { host, port, tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    return refuse("--tls-cert and --tls-key must be given together");
  }
  if (
    options.listen.length > 0 &&
    (tlsCert !== undefined || isGiven(command, "host") || isGiven(command, "port"))
  ) {
    return refuse("--listen stands in place of --host, --port, --tls-cert and --tls-key");
  }
  const files = tlsCert !== undefined && tlsKey !== undefined ? { cert: tlsCert, key: tlsKey } : undefined;
  const single: Listener = {
    name: "edge 0",
    option: "--port",
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    kind: files ? "https" : "http",
    ...(files && { files }),
  };
  const listeners: Listener[] = options.listen.length > 0 ? [] : [single];
  for (const [index, text] of options.listen.entries()) {
    const read = readListener(text, index);
    if (!read.ok) return refuse(read.error);
    listeners.push(read.value);
  }
  const sockets = await socketsOf(listeners); // reads the certificates, so that a faulty one is wrong usage
  return sockets.ok ? listeners : refuse(sockets.error);
}

const isGiven = (command: Command, option: string): boolean => command.getOptionValueSource(option) === "cli";
