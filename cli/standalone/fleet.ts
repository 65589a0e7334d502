// The processes that serve together: one for each core, all on the same sockets. A process that ends unexpectedly is replaced.
// `swap` replaces all of them, for a new certificate or a new version of the Worker: first new clients reach the new ones, then the old
// ones are told to end, and an old one ends when its last request has been answered.
import { rm } from "node:fs/promises";
import { setTimeout as pass } from "node:timers/promises";
import type { CompiledConfig } from "./compile-config.ts";
import { GrowingPause } from "./growing-pause.ts";
import type { ListeningSocket, NextSocket } from "./listening-socket.ts";
import { type StartedWorkerd, startWorkerd } from "./run-workerd.ts";
import type { OnOutput, OnRecords } from "./workerd-output.ts";

export interface FleetOptions {
  readonly processes: number;
  readonly sockets: ReadonlyMap<string, ListeningSocket>;
  /** Where a process answers for itself alone; `number` tells the processes apart. */
  readonly aliveAddress: (number: number) => string;
  readonly onOutput: OnOutput;
  readonly onRecords: OnRecords;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

/**
 * So long a client that has reached an old process has for its handshake and the beginning of its first request. At the end workerd
 * closes the connection otherwise, as it closes those on which it waits for another request.
 */
const FIRST_REQUEST_WITHIN_MS = 3_000;
/** A timer that is later than this was held up by more than other work. */
const STOOD_STILL_MS = 500;
/** After a swap an old process may finish long downloads and WebSockets for this long. */
const OLD_ONES_LIVE_MS = 300_000;

const IS_STOPPING = "the service is being ended";

/** The sockets of a process, by the names of the listeners. */
type Descriptors = ReadonlyMap<string, number>;

export interface Member {
  readonly pid: number;
  readonly aliveAddress: string;
}

export class Fleet {
  readonly #options: FleetOptions;
  #config: CompiledConfig;
  #members: (Member & StartedWorkerd)[] = [];
  /** Counts the swaps. A process of an earlier generation is not replaced when it ends. */
  #generation = 0;
  readonly #starting = new Set<StartedWorkerd>();
  readonly #old = new Set<StartedWorkerd>();
  #started = 0;
  readonly #pause = new GrowingPause();
  readonly #stopping = new AbortController();

  private constructor(options: FleetOptions, config: CompiledConfig) {
    this.#options = options;
    this.#config = config;
  }

  /** Rejects with workerd's output if a process does not start. */
  static async start(options: FleetOptions, config: CompiledConfig): Promise<Fleet> {
    const fleet = new Fleet(options, config);
    fleet.#adopt(await fleet.#startAll(config, fleet.#descriptors()));
    return fleet;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /**
   * Resolves when the old ones have been told to end. Rejects if a new process does not start, or if the fleet is stopped before
   * they serve. The old ones then stay.
   */
  async swap(config: CompiledConfig): Promise<void> {
    // If none is left that accepts, clients wait in the queue of the socket for those that come now.
    const next = this.#members.length > 0 ? this.#nextSockets() : new Map<string, NextSocket>();
    const fresh = await this.#startAll(config, this.#descriptors(next)).catch((error: unknown) => {
      for (const socket of next.values()) socket.close();
      throw error;
    });
    const before = this.#members;
    this.#config = config;
    this.#adopt(fresh);
    for (const member of before) this.#old.add(member);
    const releases = [...next.values()].map((socket) => socket.takeOver());
    const ends = before.map((member) => member.ended.then(() => this.#old.delete(member)));
    void Promise.all(ends).then(() => {
      for (const release of releases) release();
    });
    if (next.size > 0) await this.#letHandshakesFinish();
    if (!this.#isStopping) for (const member of before) void member.stop(OLD_ONES_LIVE_MS);
  }

  /**
   * Requests in progress have so long to finish. Processes that are still starting are not waited for. Resolves when all have
   * ended.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const sockets = [...this.#options.sockets.values()];
    for (const socket of sockets) socket.turnAway();
    await Promise.all([
      ...[...this.#starting].map((member) => member.stop(0)),
      ...[...this.#members, ...this.#old].map((member) => member.stop(graceMs)),
    ]);
    for (const socket of sockets) socket.close();
  }

  async #letHandshakesFinish(): Promise<void> {
    const due = performance.now() + FIRST_REQUEST_WITHIN_MS;
    await this.#passOrStop(FIRST_REQUEST_WITHIN_MS);
    const stoodStill = performance.now() - due > STOOD_STILL_MS; // the old ones perhaps too
    if (stoodStill) await this.#passOrStop(FIRST_REQUEST_WITHIN_MS);
  }

  async #passOrStop(ms: number): Promise<void> {
    await pass(ms, undefined, { signal: this.#stopping.signal }).catch(() => {}); // the fleet is stopped
  }

  /** By the names of the listeners; none for those that all processes share. Throws a Node error, such as EMFILE. */
  #nextSockets(): ReadonlyMap<string, NextSocket> {
    const next = new Map<string, NextSocket>();
    try {
      for (const [name, socket] of this.#options.sockets) {
        const another = socket.another();
        if (another) next.set(name, another);
      }
    } catch (error) {
      for (const socket of next.values()) socket.close();
      throw error;
    }
    return next;
  }

  #descriptors(next: ReadonlyMap<string, NextSocket> = new Map()): Descriptors {
    return new Map([...this.#options.sockets].map(([name, { fd }]) => [name, next.get(name)?.fd ?? fd]));
  }

  /** All or none. */
  async #startAll(config: CompiledConfig, descriptors: Descriptors): Promise<(Member & StartedWorkerd)[]> {
    if (this.#isStopping) throw new Error(IS_STOPPING);
    const members = this.#spawnAll(config, descriptors);
    for (const member of members) this.#starting.add(member);
    const outcomes = await Promise.allSettled(members.map(({ listening }) => listening));
    for (const member of members) this.#starting.delete(member);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (!failed && !this.#isStopping) return members;
    await Promise.all(members.map((member) => member.stop(0)));
    throw this.#isStopping ? new Error(IS_STOPPING) : failed?.reason;
  }

  #spawnAll(config: CompiledConfig, descriptors: Descriptors): (Member & StartedWorkerd)[] {
    const members: (Member & StartedWorkerd)[] = [];
    try {
      for (let count = 0; count < this.#options.processes; count++) {
        members.push(this.#startOne(config, descriptors));
      }
      return members;
    } catch (error) {
      for (const member of members) void member.stop(0);
      throw error;
    }
  }

  #adopt(members: (Member & StartedWorkerd)[]): void {
    this.#members = members;
    this.#generation++;
    for (const member of members) void this.#watch(member);
  }

  /** Throws if the system has no room for another process. */
  #startOne(config: CompiledConfig, descriptors: Descriptors): Member & StartedWorkerd {
    const { aliveAddress, onOutput, onRecords } = this.#options;
    const address = aliveAddress(++this.#started);
    const started = startWorkerd({
      config,
      descriptors,
      addresses: new Map([["alive", address]]),
      onOutput,
      onRecords,
    });
    void started.ended.then(() => rm(address.replace(/^unix:/, ""), { force: true })).catch(() => {});
    return { ...started, aliveAddress: address };
  }

  async #watch(member: Member & StartedWorkerd): Promise<void> {
    const generation = this.#generation;
    const since = Date.now();
    const code = await member.ended;
    if (this.#isStopping || this.#generation !== generation) return;
    this.#members = this.#members.filter(({ pid }) => pid !== member.pid);
    const { tell } = this.#options;
    tell(`process ${member.pid} ended unexpectedly (${code ?? "killed"}); another one is started`);
    this.#pause.ended(Date.now() - since);
    const fresh = await this.#startInPlace(generation);
    if (!fresh) return;
    this.#members = [...this.#members, fresh];
    void this.#watch(fresh);
    fresh.listening.then(
      () => tell(`process ${fresh.pid} serves in its place`),
      (error: Error) => tell(error.message),
    );
  }

  /** Undefined if the fleet was stopped or swapped during the pause: a swap starts as many processes as there should be. */
  async #startInPlace(generation: number): Promise<(Member & StartedWorkerd) | undefined> {
    for (;;) {
      await this.#pause.pass();
      if (this.#isStopping || this.#generation !== generation) return undefined;
      try {
        return this.#startOne(this.#config, this.#descriptors());
      } catch (error) {
        this.#options.tell(`no process can be started: ${(error as Error).message}; it is tried again`);
      }
    }
  }
}
