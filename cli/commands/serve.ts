// headgate serve: the edge on your own machine, using only the workerd binary.
import { type Command, InvalidArgumentError } from "commander";
import { err, ok, type Result } from "../../shared/result.ts";
import { parseSizeBytes } from "../../shared/site/units.ts";
import { toldToEnd } from "../ending.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../exit-codes.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { DEFAULT_PORT, parsePort } from "../port-option.ts";
import { plural } from "../printing/problem-list.ts";
import { sitesWithoutProblems } from "../sites-without-problems.ts";
import { type Certificate, readCertificate } from "../standalone/certificate.ts";
import { addressOf, serveSites } from "../standalone/serve-sites.ts";

interface ServeOptions {
  readonly sites: string;
  readonly port: number;
  readonly host: string;
  readonly cacheMemory?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

const NOTES = `
The sites are read once: after a change, start it again. Log records go to standard output, one JSON line each.
https origins are verified against the public certificate authorities.

Examples:
  npx headgate serve --sites sites --port 8080
  npx headgate serve --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key privkey.pem
`;

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description(
      "serve the sites from this machine without Cloudflare, in one process with the cache in memory",
    )
    .option("--sites <DIR>", "the site files", DEFAULT_SITES)
    .option("--port <N>", "the port to listen on; 0 for any free one", parsePort, DEFAULT_PORT)
    .option("--host <H>", "the address to listen on", "127.0.0.1")
    .option("--cache-memory <SIZE>", "the size of the cache (default: 64MiB); 0B for no cache", parseSize)
    .option("--tls-cert <FILE>", "terminate TLS with this certificate chain (PEM)")
    .option("--tls-key <FILE>", "the private key of the certificate (PEM)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (options: ServeOptions, command: Command) => {
      const tls = await certificateOf(options, command);
      const sites = await sitesWithoutProblems([options.sites], command);
      if (!sites) return;
      const { host, port, cacheMemory } = options;
      const told = toldToEnd();
      const started = await attempt(serveSites({ sites, host, port, cacheMemory, tls, onOutput: passOn }));
      if (!started.ok) return fail(whyNotStarted(started.error, addressOf(host, port)));
      const running = started.value;
      const url = `${tls ? "https" : "http"}://${addressOf(host, running.port)}`;
      console.error(`${plural(sites.length, "site")} on ${url}; Ctrl-C ends it`);

      const crashed = await Promise.race([told.then(() => false), running.ended.then(() => true)]);
      if (crashed) return fail("workerd ended unexpectedly");
      await running.stop();
    });
}

function parseSize(text: string): string {
  if (parseSizeBytes(text) === undefined)
    throw new InvalidArgumentError("Write a size such as 512MiB, or 0B.");
  return text;
}

/** Passes both streams on unchanged: records on one, errors on the other. */
function passOn(line: string, stream: "stdout" | "stderr"): void {
  process[stream].write(`${line}\n`);
}

async function certificateOf(options: ServeOptions, command: Command): Promise<Certificate | undefined> {
  const { tlsCert, tlsKey } = options;
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    return command.error("error: --tls-cert and --tls-key must be given together", { exitCode: WRONG_USAGE });
  }
  const read = await readCertificate(tlsCert, tlsKey);
  return read.ok ? read.value : command.error(`error: ${read.error}`, { exitCode: WRONG_USAGE });
}

/** Turns workerd's message about a socket that it cannot open into a sentence. Any other message stays as it is. */
function whyNotStarted({ message }: Error, address: string): string {
  if (message.includes("Address already in use")) return `${address} is in use; choose another --port`;
  if (message.includes("Permission denied"))
    return `${address} is not allowed for this user; choose a --port above 1023`;
  if (/Cannot assign requested address|DNS lookup failed/.test(message)) {
    return `${address} is not an address of this machine; choose another --host`;
  }
  return message;
}

function fail(sentence: string): void {
  console.error(`error: ${sentence}`);
  process.exitCode = PROBLEMS;
}

async function attempt<T>(work: Promise<T>): Promise<Result<T, Error>> {
  try {
    return ok(await work);
  } catch (error) {
    return err(error as Error);
  }
}
