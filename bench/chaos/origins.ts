// Three origins as processes of their own: started, killed, frozen, and told how to behave.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Behaviour, type FromOrigin, WELL } from "./origin/behaviour.ts";
import { type Receipt, readReceipts } from "./origin/receipts.ts";

const PROGRAM = path.join(import.meta.dirname, "origin/main.ts");

export class OriginProcess {
  readonly id: string;
  /** The same after each restart. */
  port = 0;
  readonly #receipts: string;
  #child: ChildProcess | undefined;

  constructor(id: string, folder: string) {
    this.id = id;
    this.#receipts = path.join(folder, `received-by-${id}`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, this.id, String(this.port), this.#receipts], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    const told = await fromChild(child);
    if ("port" in told) this.port = told.port;
  }

  /** Resolves when it has heard. */
  async behave(behaviour: Behaviour): Promise<void> {
    const child = this.#running();
    const heard = fromChild(child);
    child.send(behaviour);
    await heard;
  }

  recover(): Promise<void> {
    return this.behave(WELL);
  }

  /** SIGSTOP: the kernel still accepts connections for it, and nobody answers them. */
  freeze(): void {
    this.#running().kill("SIGSTOP");
  }

  thaw(): void {
    this.#running().kill("SIGCONT");
  }

  /** SIGKILL: every connection is gone at once. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** SIGTERM: it finishes what it has begun. */
  terminate(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Everything that it ever received. */
  received(): Receipt[] {
    return readReceipts(readFileSync(this.#receipts, "utf8"));
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  #running(): ChildProcess {
    if (!this.#child) throw new Error(`origin ${this.id} was never started`);
    return this.#child;
  }
}

/** The next message. Rejects if the process ends without one. */
function fromChild(child: ChildProcess): Promise<FromOrigin> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`an origin ended with ${code}`));
    child.once("exit", failed);
    child.once("message", (message) => {
      child.off("exit", failed);
      resolve(message as FromOrigin);
    });
  });
}

export type Three = readonly [OriginProcess, OriginProcess, OriginProcess];

export async function startThree(folder: string): Promise<Three> {
  const three: Three = [
    new OriginProcess("a", folder),
    new OriginProcess("b", folder),
    new OriginProcess("c", folder),
  ];
  await Promise.all(three.map((origin) => origin.start()));
  return three;
}
