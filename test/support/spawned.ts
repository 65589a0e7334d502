// A program that runs until it is ended, with all that it has said.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

export class Spawned {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #text = "";
  #listeners: (() => void)[] = [];

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    this.#child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (more: string) => {
        this.#text += more;
        this.#tell();
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
    void this.#ended.then(() => this.#tell());
  }

  /** What the pattern's group finds in the output, present or future. Rejects if the program ends without it. */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const [, found] = pattern.exec(this.#text) ?? [];
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`nothing like ${pattern} in:\n${this.#text}`);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  /** The whole group, as Ctrl-C in a terminal does. */
  async end(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null)
      process.kill(-this.#child.pid, "SIGINT");
    await this.#ended;
  }

  #tell(): void {
    for (const tell of this.#listeners.splice(0)) tell();
  }
}
