// The child processes, each with one order at a time. One that hangs or dies is replaced.
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Code, Measured, Order, Tried, Trying } from "./child.ts";

/** Modules that are loaded anew stay in memory; then a new process is cheaper. */
const MAX_FRESH = 100;

export class Child {
  readonly #code: Code;
  #process: ChildProcess | undefined;
  #fresh = 0;

  constructor(code: Code) {
    this.#code = code;
  }

  measure(testFile: string): Promise<Measured | undefined> {
    return this.#ask({ kind: "measure", testFile }, 120_000) as Promise<Measured | undefined>;
  }

  /** Undefined where it hangs or takes the process with it. */
  try(order: Trying, timeoutMs: number): Promise<Tried | undefined> {
    if (order.fresh && this.#fresh++ > MAX_FRESH) this.end();
    return this.#ask(order, timeoutMs) as Promise<Tried | undefined>;
  }

  end(): void {
    this.#process?.removeAllListeners();
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
    this.#fresh = 0;
  }

  #ask(order: Order, timeoutMs: number): Promise<unknown> {
    this.#process ??= this.#start();
    const child = this.#process;
    return new Promise((resolve) => {
      const give = (answer: unknown) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer === undefined) this.end();
        resolve(answer);
      };
      const timer = setTimeout(() => give(undefined), timeoutMs);
      child.once("message", give);
      child.once("exit", () => give(undefined));
      child.send(order);
    });
  }

  #start(): ChildProcess {
    const child = fork(path.join(import.meta.dirname, "child.ts"), {
      execArgv: ["--disable-warning=ExperimentalWarning", "--max-old-space-size=1024"],
      env: { ...process.env, SITE_FILE_RUNS: "20" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.send({ kind: "load", code: this.#code } satisfies Order);
    return child;
  }
}
