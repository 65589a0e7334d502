// `headgate serve` over a folder of site files of its own, with a folder for temporary files that shows what is left behind.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterEach, beforeEach } from "vitest";
import { Command } from "./command.ts";

export interface Served {
  readonly command: Command;
  readonly url: string;
  readonly ready: string;
}

export class ServiceFolder {
  temporary = "";
  readonly running: Command[] = [];

  get sites(): string {
    return path.join(this.temporary, "given");
  }

  /** A site file. */
  write(name: string, text: string): Promise<void> {
    return writeFile(path.join(this.sites, name), text);
  }

  /** Started, and not waited for. */
  begin(args: readonly string[], temporary = this.temporary, env: Record<string, string> = {}): Command {
    return this.#begin(["--sites", this.sites, ...args], temporary, env);
  }

  #begin(args: readonly string[], temporary: string, env: Record<string, string>): Command {
    const command = new Command(["serve", ...args], { TMPDIR: temporary, ...env });
    this.running.push(command);
    return command;
  }

  /** With the sites that were published over the admin API. */
  async servePublished(env: Record<string, string>, ...args: string[]): Promise<Served> {
    const all = ["--port", "0", "--admin-port", "0", "--state", this.state, ...args];
    return this.#ready(this.#begin(all, this.temporary, env));
  }

  get state(): string {
    return path.join(this.temporary, "state");
  }

  serve(...args: string[]): Promise<Served> {
    return this.serveWith({}, ...args);
  }

  /** Each of its processes may open so many descriptors. */
  serveWithin(descriptors: number, ...args: string[]): Promise<Served> {
    const all = ["serve", "--sites", this.sites, "--port", "0", ...args];
    const command = new Command(all, { TMPDIR: this.temporary }, { descriptors });
    this.running.push(command);
    return this.#ready(command);
  }

  async serveWith(env: Record<string, string>, ...args: string[]): Promise<Served> {
    return this.#ready(this.begin(["--port", "0", ...args], this.temporary, env));
  }

  async #ready(command: Command): Promise<Served> {
    const ready = await command.line(/ sites? on https?:/);
    return { command, url: ready.replace(/.* on (\S+?)(?: and .*)?;.*/, "$1"), ready };
  }
}

/** A folder for each test. What still runs at its end is ended. */
export function useServiceFolder(): ServiceFolder {
  const service = new ServiceFolder();
  beforeEach(async () => {
    service.temporary = await mkdtemp(path.join(os.tmpdir(), "headgate-tmp-"));
    await mkdir(service.sites);
  });
  afterEach(async () => {
    await Promise.all(service.running.splice(0).map((command) => command.interrupt()));
    await rm(service.temporary, { recursive: true, force: true });
  });
  return service;
}

export const saying = (body: string, host = "*"): string =>
  `hosts: [${JSON.stringify(host)}]\nroutes: [{ id: hello, respond: { body: ${JSON.stringify(body)} } }]\n`;

export const forwardingTo = (port: number): string =>
  `hosts: ["*"]\npools: { web: { origins: [{ id: a, url: "http://127.0.0.1:${port}" }] } }\nroutes: [{ id: rest, cache: off, to: web }]\n`;

/** On a connection of its own: an old process closes the idle ones at a reload, perhaps while the next request is on its way. */
export const text = async (url: string, host?: string): Promise<string> =>
  (await request(url, { reset: true, ...(host !== undefined && { headers: { host } }) })).body.text();

export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let look = 0; look < 400; look++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it never came that ${what}`);
}

/** Answers `begun, ` at once, and `finished` when it is told to; `quick` on any other path than /slow. */
export class SlowOrigin {
  readonly #waiting: (() => void)[] = [];
  readonly #server = http.createServer((ask, answer) => {
    answer.write("begun, ");
    if (ask.url?.startsWith("/slow")) this.#waiting.push(() => answer.end("finished"));
    else answer.end("quick");
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  finish(): void {
    for (const finish of this.#waiting.splice(0)) finish();
  }

  stop(): void {
    this.#server.close();
  }
}
