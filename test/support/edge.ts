// An edge for a test file: a real workerd with the whole Worker, on loopback, with a clock that the test moves.
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { storedEntries } from "../../shared/site/stored.ts";
import type { LogRecord } from "../../worker/ports.ts";
import { asPushed } from "./as-pushed.ts";
import { EdgeClient } from "./client.ts";

export interface EdgeState {
  readonly records: LogRecord[];
  readonly warnings: { message: string }[];
  readonly pendingWork: number;
  /** Requests whose answer has not started. */
  readonly inFlight: number;
  /** What the keepers were asked, if it has any. */
  readonly asked: readonly string[];
  /** The URLs that this order has had probed. */
  readonly probed: readonly string[];
}

/** A time of day that was yet to come when a test was written is over one day, and then nothing is found in memory any more. */
const LONGEST_AGO_MS = 3_600_000;

export class Edge {
  #workerd: RunningWorkerd | undefined;
  #control: EdgeClient | undefined;
  readonly #clients: EdgeClient[] = [];
  readonly #output: string[] = [];
  #sites = 0;
  #stoppedAtMs: number | undefined;
  #advancedMs = 0;

  /** `stateAddress`: where it asks keepers. */
  async start(vars: Record<string, string> = {}, stateAddress?: string): Promise<void> {
    this.#workerd = await runWorkerd({
      worker: await bundleWorker(path.join(import.meta.dirname, "edge-entry.ts")),
      sites: {},
      address: "127.0.0.1:0",
      stateAddress,
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      vars: {
        HEADGATE_RUNS_ON: "standalone",
        HEADGATE_SITE_REFRESH_MS: "10000",
        HEADGATE_SITE_EXPIRE_MS: "60000",
        ...vars,
      },
      onOutput: (line) => this.#output.push(line),
    });
    this.#control = this.client("control.test");
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#workerd?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#running.port}`;
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** What workerd printed, including uncaught exceptions. */
  get output(): readonly string[] {
    return this.#output;
  }

  /** Stores a site as `headgate push` does, on a host of its own unless it names hosts. Returns a client for it. */
  async site(file: Omit<SiteFile, "hosts"> & { hosts?: string[] }): Promise<EdgeClient> {
    const hosts = file.hosts ?? [`site-${++this.#sites}.test`];
    await this.putSite(hosts, await asPushed(JSON.stringify({ ...file, hosts })));
    return this.client(hosts[0] ?? "");
  }

  /** Stores this text, valid or not. */
  async putSite(hosts: readonly string[], text: string): Promise<void> {
    const entries = storedEntries(hosts, text);
    await this.control({ sites: Object.fromEntries(entries.map((entry) => [entry.pattern, entry.text])) });
  }

  client(host: string): EdgeClient {
    const client = new EdgeClient(this.url, host);
    this.#clients.push(client);
    return client;
  }

  async control(order: Record<string, unknown>): Promise<EdgeState> {
    if (!this.#control) throw new Error("the edge does not run");
    const answer = await this.#control.ask("/", { method: "POST", body: JSON.stringify(order) });
    return answer.json() as EdgeState;
  }

  /** Moves the edge's clock. */
  async advance(ms: number): Promise<void> {
    await this.control({ advanceMs: ms });
    this.#advancedMs += ms;
  }

  /** Stops the edge's clock at this time. From then on only `advance` moves it, so that ages are exact. */
  async stopClockAt(ms: number): Promise<void> {
    if (ms < Date.now() - LONGEST_AGO_MS)
      throw new Error("the memory of the edge goes by the real clock: by that, all is over");
    await this.control({ clockAtMs: ms });
    this.#stoppedAtMs = ms;
    this.#advancedMs = 0;
  }

  /** The time on the edge's clock. An origin that shares it takes its dates from here. */
  get now(): number {
    return (this.#stoppedAtMs ?? Date.now()) + this.#advancedMs;
  }

  /** Waits until all background work is done. */
  async settled(): Promise<EdgeState> {
    return this.until("the work in the background is done", (state) => state.pendingWork === 0);
  }

  /** The same, without the log. */
  async idle(): Promise<void> {
    await this.until("the work in the background is done", (state) => state.pendingWork === 0, {
      withoutLog: true,
    });
  }

  /** Polls until the condition holds. */
  async until(what: string, isSo: (state: EdgeState) => boolean, order = {}): Promise<EdgeState> {
    for (let look = 0; look < 1_000; look++) {
      const state = await this.control(order);
      if (isSo(state)) return state;
    }
    throw new Error(`it never came that ${what}`);
  }

  /** The newest log record for this path. */
  async record(pathOf: string): Promise<LogRecord | undefined> {
    const { records } = await this.settled(); // the record is written while the answer is being sent
    return records.findLast((record) => record.path === pathOf);
  }

  get #running(): RunningWorkerd {
    if (!this.#workerd) throw new Error("the edge does not run");
    return this.#workerd;
  }
}

/** One edge for the whole test file. */
export function useEdge(vars: Record<string, string> = {}): Edge {
  const edge = new Edge();
  beforeAll(() => edge.start(vars));
  afterAll(() => edge.stop());
  return edge;
}
