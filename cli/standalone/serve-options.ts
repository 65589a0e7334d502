// The options of `headgate serve`: what they are called, what may be written, and where they let it listen.
import { type Command, InvalidArgumentError, Option } from "commander";
import { objectionToSecret } from "../../shared/root-secret.ts";
import { readFolderGrants } from "../../shared/site/folder-grants.ts";
import { parseDurationMs, parseSizeBytes } from "../../shared/site/units.ts";
import { tokensInEnvironment } from "../admin/tokens-in-environment.ts";
import { DEFAULT_PORT, parsePort } from "../command-arguments.ts";
import { WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { type Listener, readListener, socketsOf } from "./listeners.ts";
import type { OriginOptions } from "./origin-options.ts";

export interface ServeOptions extends OriginOptions {
  readonly sites: string;
  readonly port: number;
  readonly host: string;
  readonly listen: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly processes: number | "auto";
  readonly cacheMemory?: string;
  readonly state?: string;
  readonly files?: string;
  readonly grace: number;
  readonly adminPort?: number;
  readonly adminHost: string;
  readonly health?: { readonly host: string; readonly port: number };
  readonly log?: string;
  readonly logFormat?: "json" | "combined";
  readonly pidFile?: string;
  readonly secrets?: string;
  readonly json?: true;
}

/** Of `serve` and `dev`. */
export const SECRETS_OPTION =
  "a file of the secrets that sites name, with lines HEADGATE_SECRET_NAME=VALUE or as JSON (default: the environment)";

export const withServeOptions = (command: Command): Command =>
  command
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
    .option(
      "--files <DIR>",
      "where the folders are that sites serve (default: files in the folder of --sites)",
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
    .option("--secrets <FILE>", SECRETS_OPTION)
    .option("--pid-file <FILE>", "write the number of this process here, for `headgate reload`")
    .option("--json", "tell what happens as JSON lines on standard error (docs/commands.md)");

/** With that of the admin API. A faulty certificate is wrong usage, so it is read here. */
export async function listenersOf(options: ServeOptions, command: Command): Promise<readonly Listener[]> {
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
    host: withoutBrackets(host),
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
  const sockets = await socketsOf(listeners);
  return sockets.ok ? [...listeners, ...adminListener(options)] : refuse(sockets.error);
}

export const isGiven = (command: Command, option: string): boolean =>
  command.getOptionValueSource(option) === "cli";

function adminListener({ adminPort, adminHost }: ServeOptions): Listener[] {
  if (adminPort === undefined) return [];
  const host = withoutBrackets(adminHost);
  return [{ name: "admin", option: "--admin-port", host, port: adminPort, kind: "admin" }];
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

export function adminTokensOf({ adminPort }: ServeOptions, command: Command): string | undefined {
  if (adminPort === undefined) return undefined;
  const tokens = tokensInEnvironment();
  return tokens.ok ? tokens.value : command.error(`error: ${tokens.error}`, { exitCode: WRONG_USAGE });
}

/** Of the environment, which the processes of the edge inherit. */
export function hasRootSecret(command: Command): boolean {
  const { HEADGATE_SECRET: secret } = process.env;
  const objection = secret ? objectionToSecret(secret) : undefined;
  return objection === undefined
    ? Boolean(secret)
    : command.error(`error: ${objection}`, { exitCode: WRONG_USAGE });
}

/** Of the environment: which sites may serve which folders. */
export function filesFor(command: Command): string | undefined {
  const { HEADGATE_FILES_FOR: text } = process.env;
  const grants = readFolderGrants(text);
  return grants.ok ? text : command.error(`error: ${grants.error}`, { exitCode: WRONG_USAGE });
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
