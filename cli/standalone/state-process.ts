// The process that holds what the serving processes share. There is one, because a folder of Durable Objects belongs to one process.
// If it ends unexpectedly it is started again; meanwhile the others serve with what they know.
import { rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { CompiledConfig } from "./compile-config.ts";
import { GrowingPause } from "./growing-pause.ts";
import { type StartedWorkerd, startWorkerd } from "./run-workerd.ts";
import { STATE_SOCKET } from "./state-config.ts";
import type { OnOutput } from "./workerd-output.ts";

/** Calls are short. A connection that is kept open for later ones may not hold it up. */
const GRACE_MS = 1_000;

export interface StateStart {
  readonly config: CompiledConfig;
  /** The path of its socket. */
  readonly socket: string;
}

export interface StateOptions {
  readonly onOutput: OnOutput;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

const isSameStart = (one: StateStart, other: StateStart): boolean =>
  one.socket === other.socket &&
  Buffer.compare(one.config.bytes, other.config.bytes) === 0 &&
  isDeepStrictEqual(one.config.environment, other.config.environment);

export class StateProcess {
  readonly #options: StateOptions;
  readonly #pause = new GrowingPause();
  #start: StateStart;
  #current: StartedWorkerd | undefined;
  /** Counts the replacements. What was tried before one no longer counts. */
  #generation = 0;
  #isStopping = false;

  private constructor(options: StateOptions, start: StateStart) {
    this.#options = options;
    this.#start = start;
  }

  /** Rejects with workerd's output if it does not start. */
  static async start(options: StateOptions, start: StateStart): Promise<StateProcess> {
    const state = new StateProcess(options, start);
    await state.#run();
    return state;
  }

  get pid(): number | undefined {
    return this.#current?.pid;
  }

  /**
   * The new one starts when the old one has ended, and meanwhile nothing can be counted, so it is not replaced if it would be the same. Rejects
   * if it does not start; it is then tried again.
   */
  async replace(start: StateStart): Promise<void> {
    if (this.#current && isSameStart(start, this.#start)) return;
    const generation = ++this.#generation;
    const before = this.#current;
    this.#current = undefined; // its end is expected
    await before?.stop(GRACE_MS);
    this.#start = start;
    try {
      await this.#run();
    } catch (error) {
      void this.#startAgain(generation);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#current?.stop(GRACE_MS);
  }

  /** Resolves when it listens. */
  async #run(): Promise<void> {
    const { config, socket } = this.#start;
    await rm(socket, { force: true }); // of one that was killed
    if (this.#isStopping) throw new Error("the service is being ended");
    const addresses = new Map([[STATE_SOCKET, `unix:${socket}`]]);
    const started = startWorkerd({ config, addresses, onOutput: this.#options.onOutput });
    this.#current = started;
    await started.listening;
    void this.#watch(started);
  }

  async #watch(started: StartedWorkerd): Promise<void> {
    const since = Date.now();
    const code = await started.ended;
    if (this.#isStopping || this.#current !== started) return;
    this.#options.tell(
      `the state process ${started.pid} ended unexpectedly (${code ?? "killed"}); it is started again`,
    );
    this.#pause.ended(Date.now() - since);
    await this.#startAgain(this.#generation);
  }

  async #startAgain(generation: number): Promise<void> {
    const isOver = () => this.#isStopping || this.#generation !== generation;
    while (!isOver()) {
      await this.#pause.pass();
      if (isOver()) return;
      try {
        await this.#run();
        return this.#options.tell(`the state process ${this.pid} has taken its place`);
      } catch (error) {
        if (!isOver()) this.#options.tell(`the state process was not started: ${(error as Error).message}`);
      }
    }
  }
}
