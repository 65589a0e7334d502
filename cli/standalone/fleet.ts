// The processes that serve together: one for each core, all on the same sockets. A process that ends unexpectedly is replaced.
// `swap` replaces all of them, for a new certificate or a new version of the Worker: the new ones listen before the old ones
// stop to accept, and an old one ends when its last request has been answered.
import type { CompiledConfig } from "./compile-config.ts";
import type { ListeningSocket } from "./listening-socket.ts";
import { type OnOutput, type OnRecords, type StartedWorkerd, startWorkerd } from "./run-workerd.ts";

export interface FleetOptions {
  readonly processes: number;
  readonly sockets: ReadonlyMap<string, ListeningSocket>;
  /** Where a process answers for itself alone; `number` tells the processes apart. */
  readonly aliveAddress: (number: number) => string;
  /** Removed if this process is killed. */
  readonly folders: readonly string[];
  readonly onOutput: OnOutput;
  readonly onRecords: OnRecords;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

/** After a swap an old process may finish long downloads and WebSockets for this long. */
const OLD_ONES_LIVE_MS = 300_000;
/** The pause before a process that ended is replaced grows, so that a fault that ends each of them does not use up a core. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LONG_LIFE_MS = 60_000;

export interface Member {
  readonly pid: number;
  readonly aliveAddress: string;
}

export class Fleet {
  readonly #options: FleetOptions;
  #config: CompiledConfig;
  #members: (Member & StartedWorkerd)[] = [];
  readonly #old = new Set<StartedWorkerd>();
  #started = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #isStopping = false;

  private constructor(options: FleetOptions, config: CompiledConfig) {
    this.#options = options;
    this.#config = config;
  }

  /** Rejects with workerd's output if a process does not start. */
  static async start(options: FleetOptions, config: CompiledConfig): Promise<Fleet> {
    const fleet = new Fleet(options, config);
    fleet.#adopt(await fleet.#startAll(config));
    return fleet;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Rejects if a new process does not start. The old ones then stay. */
  async swap(config: CompiledConfig): Promise<void> {
    const fresh = await this.#startAll(config);
    const before = this.#members;
    this.#config = config;
    this.#adopt(fresh);
    if (this.#isStopping) await this.stop(0);
    for (const member of before) {
      this.#old.add(member);
      void member.stop(OLD_ONES_LIVE_MS).then(() => this.#old.delete(member));
    }
  }

  /** Requests in progress have so long to finish. Resolves when all processes have ended. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const sockets = [...this.#options.sockets.values()];
    for (const socket of sockets) socket.turnAway();
    await Promise.all([...this.#members, ...this.#old].map((member) => member.stop(graceMs)));
    for (const socket of sockets) socket.close();
  }

  /** All or none. */
  async #startAll(config: CompiledConfig): Promise<(Member & StartedWorkerd)[]> {
    const members = Array.from({ length: this.#options.processes }, () => this.#startOne(config));
    const outcomes = await Promise.allSettled(members.map(({ listening }) => listening));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) {
      await Promise.all(members.map((member) => member.stop(0)));
      throw failed.reason;
    }
    return members;
  }

  #adopt(members: (Member & StartedWorkerd)[]): void {
    this.#members = members;
    for (const member of members) void this.#watch(member);
  }

  #startOne(config: CompiledConfig): Member & StartedWorkerd {
    const { sockets, aliveAddress, folders, onOutput, onRecords } = this.#options;
    const address = aliveAddress(++this.#started);
    const started = startWorkerd({
      config,
      descriptors: new Map([...sockets].map(([name, { fd }]) => [name, fd])),
      addresses: new Map([["alive", address]]),
      folders,
      onOutput,
      onRecords,
    });
    return { ...started, aliveAddress: address };
  }

  async #watch(member: Member & StartedWorkerd): Promise<void> {
    const since = Date.now();
    const code = await member.ended;
    if (this.#isStopping || !this.#members.some(({ pid }) => pid === member.pid)) return;
    this.#members = this.#members.filter(({ pid }) => pid !== member.pid);
    const { tell } = this.#options;
    tell(`process ${member.pid} ended unexpectedly (${code ?? "killed"}); another one is started`);
    if (Date.now() - since > LONG_LIFE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    if (this.#isStopping) return;
    const fresh = this.#startOne(this.#config);
    this.#members = [...this.#members, fresh];
    void this.#watch(fresh);
    fresh.listening.then(
      () => tell(`process ${fresh.pid} serves in its place`),
      (error: Error) => tell(error.message),
    );
  }
}
