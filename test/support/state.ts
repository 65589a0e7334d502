// The state process of `headgate serve` in a folder of its own, and who asks it: a Worker, or this process.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import {
  bundleWorker,
  COMPATIBILITY_DATE,
  COMPATIBILITY_FLAGS,
  stateBundle,
} from "../../cli/standalone/bundle.ts";
import { compileText } from "../../cli/standalone/compile-config.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { STATE_SOCKET, stateConfig } from "../../cli/standalone/state-config.ts";
import { StateProcess, type StateStart } from "../../cli/standalone/state-process.ts";
import { keepersAt } from "../../worker/adapters/keepers.ts";
import type { Keepers } from "../../worker/ports.ts";

const COMPATIBILITY = { compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags: COMPATIBILITY_FLAGS };

export class State {
  readonly said: string[] = [];
  /** What its keepers log. */
  readonly log: string[] = [];
  /** Of the sites that are published; undefined if they come from elsewhere. */
  readonly sitesFolder: string | undefined;
  readonly #folder: string;
  #process: StateProcess | undefined;

  private constructor(folder: string, sitesFolder: string | undefined) {
    this.#folder = folder;
    this.sitesFolder = sitesFolder;
  }

  /** `holdsSites`: as `headgate serve --state` without `--sites`. */
  static async start({ holdsSites = false } = {}): Promise<State> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-state-"));
    const sitesFolder = holdsSites ? path.join(folder, "sites") : undefined;
    if (sitesFolder !== undefined) await mkdir(sitesFolder);
    const state = new State(folder, sitesFolder);
    const tell = (sentence: string) => void state.said.push(sentence);
    state.#process = await StateProcess.start(
      { onOutput: (line) => void state.log.push(line), tell },
      await state.freshStart(),
    );
    return state;
  }

  get socket(): string {
    return path.join(this.#folder, "state.sock");
  }

  get process(): StateProcess {
    if (!this.#process) throw new Error("it does not run");
    return this.#process;
  }

  async freshStart(): Promise<StateStart> {
    const config = stateConfig({ folder: this.#folder, sitesFolder: this.sitesFolder, ...COMPATIBILITY });
    const bytes = await compileText(config, { "worker.js": await stateBundle() }, this.#folder);
    return { config: { bytes, sockets: [STATE_SOCKET] }, socket: this.socket };
  }

  /** As somebody else does it. It is started again. */
  async kill(): Promise<void> {
    process.kill(this.process.pid ?? 0, "SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export interface Asker {
  readonly keepers: Keepers;
  stop(): Promise<void>;
}

/** A Worker on a workerd of its own, with the edge's own adapter in it. */
export async function aWorkerThatAsks(socket: string): Promise<Asker> {
  const workerd: RunningWorkerd = await runWorkerd({
    worker: await bundleWorker(path.join(import.meta.dirname, "keepers-entry.ts")),
    address: "127.0.0.1:0",
    stateAddress: `unix:${socket}`,
    ...COMPATIBILITY,
    vars: {},
    onOutput: () => {},
  });
  const call = async (name: keyof Keepers, args: unknown[]) => {
    const body = JSON.stringify({ call: name, args });
    const answer = await request(`http://127.0.0.1:${workerd.port}/`, { method: "POST", body });
    return JSON.parse(await answer.body.text(), pairsAsMap) as never;
  };
  return {
    keepers: {
      read: (...args) => call("read", args),
      report: (...args) => call("report", args),
      apply: (...args) => call("apply", args),
      receipt: (...args) => call("receipt", args),
      list: (...args) => call("list", args),
      inspect: (...args) => call("inspect", args),
      tally: (...args) => call("tally", args),
    },
    stop: () => workerd.stop(),
  };
}

/** As keepers-entry.ts writes it. */
const pairsAsMap = (_key: string, value: { readonly pairs?: [unknown, unknown][] } | null): unknown =>
  Array.isArray(value?.pairs) ? new Map(value.pairs) : value;

/** From this process, over the socket of the state process. */
export function keepersOverSocket(socketPath: string): Keepers {
  const dispatcher = new Agent({ connect: { socketPath }, pipelining: 0 });
  const fetch = async (ask: Request): Promise<Response> => {
    const body = ask.method === "POST" ? await ask.text() : null;
    const answer = await request(ask.url, { method: ask.method as "GET" | "POST", body, dispatcher });
    return new Response(await answer.body.arrayBuffer(), { status: answer.statusCode });
  };
  return keepersAt(() => ({ fetch }));
}
