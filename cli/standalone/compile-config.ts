// Compiles a configuration of workerd to the binary form that it reads from its standard input. Private keys are filled in
// afterwards, in memory: no file ever holds one.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { workerdBinary } from "./bundle.ts";
import type { EndpointService } from "./endpoint-services.ts";
import { type Socket, type StandaloneConfig, workerdConfig } from "./workerd-config.ts";

export interface Program extends StandaloneConfig {
  /** The text of the Worker's module. */
  readonly worker: string;
  /** Site texts by host pattern, unless a folder holds them. */
  readonly sites?: Readonly<Record<string, string>>;
}

const MAX_CONFIG_BYTES = 256 * 1024 * 1024;

export interface CompiledConfig {
  readonly bytes: Uint8Array;
  readonly sockets: readonly string[];
  /** What the process finds in its environment, beside that of this one. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Works in a folder of its own under `parent`. Rejects with workerd's output if it does not accept the configuration. */
export async function compileConfig(program: Program, parent = os.tmpdir()): Promise<CompiledConfig> {
  const secrets: Secret[] = [];
  const sockets = program.sockets.map((socket) => withoutKey(socket, secrets));
  const endpoints = (program.endpoints ?? []).map((endpoint) => withoutClientKey(endpoint, secrets));
  const files = { "worker.js": program.worker, "sites.json": JSON.stringify(program.sites ?? {}) };
  const bytes = await compileText(workerdConfig({ ...program, sockets, endpoints }), files, parent);
  for (const secret of secrets) fillIn(secret, bytes);
  return { bytes, sockets: sockets.map(({ name }) => name) };
}

/** As `compileText`, of a configuration that has the keys of these endpoints in it. */
export async function compileWithEndpoints(
  config: (endpoints: readonly EndpointService[]) => string,
  endpoints: readonly EndpointService[],
  files: Readonly<Record<string, string>>,
  parent: string,
): Promise<Buffer> {
  const secrets: Secret[] = [];
  const keyless = endpoints.map((endpoint) => withoutClientKey(endpoint, secrets));
  const bytes = await compileText(config(keyless), files, parent);
  for (const secret of secrets) fillIn(secret, bytes);
  return bytes;
}

/** `files`: the texts that the configuration embeds, by name. */
export async function compileText(
  config: string,
  files: Readonly<Record<string, string>>,
  parent: string,
): Promise<Buffer> {
  const folder = await mkdtemp(path.join(parent, "headgate-compile-")); // readable by its owner only
  try {
    const file = path.join(folder, "workerd.capnp");
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    await writeFile(file, config);
    const compile = ["compile", "--config-only", file];
    const output = { encoding: "buffer", maxBuffer: MAX_CONFIG_BYTES } as const;
    return (await promisify(execFile)(workerdBinary, compile, output)).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Secret {
  readonly standIn: Buffer;
  readonly text: Buffer;
}

/** With a stand-in of the same length in place of the private key. */
function withoutKey(socket: Socket, secrets: Secret[]): Socket {
  if (!socket.tls) return socket;
  return { ...socket, tls: { cert: socket.tls.cert, key: standInFor(socket.tls.key, secrets) } };
}

function withoutClientKey(endpoint: EndpointService, secrets: Secret[]): EndpointService {
  const { tls } = endpoint;
  if (!tls?.keypair) return endpoint;
  const { cert, key } = tls.keypair;
  return { ...endpoint, tls: { ...tls, keypair: { cert, key: standInFor(key, secrets) } } };
}

function standInFor(key: string, secrets: Secret[]): string {
  const text = Buffer.from(key);
  const standIn = `stand-in for private key ${secrets.length} `.padEnd(text.length, "-");
  secrets.push({ standIn: Buffer.from(standIn), text });
  return standIn;
}

function fillIn({ standIn, text }: Secret, config: Buffer): void {
  const at = config.indexOf(standIn);
  if (at < 0 || standIn.length !== text.length)
    throw new Error("the private key has no place in the configuration");
  text.copy(config, at);
}
