// The command line as a user runs it: a separate process with its two outputs and its exit code.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { PROJECT } from "../../cli/project.ts";

export class Command {
  readonly out: string[] = [];
  readonly err: string[] = [];
  /** When its outputs are closed as well. */
  readonly ended: Promise<number | null>;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();

  /** `stalled`: nobody reads its standard output until `readOn`. `descriptors`: so many are allowed to each of its processes. */
  constructor(
    args: readonly string[],
    env: Record<string, string> = {},
    { stalled = false, descriptors }: { stalled?: boolean; descriptors?: number | undefined } = {},
  ) {
    const words = [process.execPath, path.join(PROJECT, "cli/main.ts"), ...args];
    const limited = ["sh", "-c", `ulimit -n ${descriptors} && exec "$0" "$@"`, ...words];
    const [program = "", ...rest] = descriptors === undefined ? words : limited;
    this.#child = spawn(program, rest, {
      cwd: PROJECT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...plainEnvironment(), ...env },
    });
    if (!stalled) this.readOn();
    this.#collect(this.#child.stderr, this.err);
    this.exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.ended = new Promise((resolve) =>
      this.#child.once("close", (code) => {
        resolve(code);
        this.#tell();
      }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /**
   * The first matching line, present or future, of both outputs or of one of them `from` a line number on. Rejects if the
   * command ends without one.
   */
  async line(
    pattern: RegExp,
    where?: { readonly stream: "out" | "err"; readonly from: number },
  ): Promise<string> {
    for (;;) {
      const lines = where ? this[where.stream].slice(where.from) : [...this.out, ...this.err];
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`no line like ${pattern} in:\n${[...this.out, ...this.err].join("\n")}`);
      }
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  readOn(): void {
    this.#collect(this.#child.stdout, this.out);
  }

  /** Closes the other end of its standard output, as `| head` does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Like Ctrl-C. Resolves with the exit code. */
  interrupt(): Promise<number | null> {
    this.#child.kill("SIGINT");
    return this.ended;
  }

  #collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    if (!stream) return;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      this.#tell();
    });
  }

  #tell(): void {
    const waiting = [...this.#listeners];
    this.#listeners.clear();
    for (const tell of waiting) tell();
  }
}

/** The test runner asks its child processes for colours. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...rest } = process.env;
  return { ...rest, NO_COLOR: "1" };
}
