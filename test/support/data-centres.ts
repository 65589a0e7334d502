// An edge of several data centres: each a workerd of its own with a cache of its own, and one state process with the keepers. The Worker
// is the one that is deployed, with the real clock.
import {
  bundleWorker,
  COMPATIBILITY_DATE,
  COMPATIBILITY_FLAGS,
  WORKER_ENTRY,
} from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { storedEntries } from "../../shared/site/stored.ts";
import type { Keepers } from "../../worker/ports.ts";
import { asPushed } from "./as-pushed.ts";
import { EdgeClient } from "./client.ts";
import { keepersOverSocket, State } from "./state.ts";

const REFRESH_MS = "300";

export class DataCentres {
  readonly state: State;
  readonly keepers: Keepers;
  readonly #workerds = new Map<string, RunningWorkerd>();
  readonly #clients: EdgeClient[] = [];

  private constructor(state: State) {
    this.state = state;
    this.keepers = keepersOverSocket(state.socket);
  }

  /** All of them serve the same site. */
  static async start(names: readonly string[], site: SiteFile): Promise<DataCentres> {
    const centres = new DataCentres(await State.start());
    const worker = await bundleWorker(WORKER_ENTRY);
    const entries = storedEntries(site.hosts, await asPushed(JSON.stringify(site)));
    for (const name of names) {
      const workerd = await runWorkerd({
        worker,
        sites: Object.fromEntries(entries.map(({ pattern, text }) => [pattern, text])),
        address: "127.0.0.1:0",
        stateAddress: `unix:${centres.state.socket}`,
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags: COMPATIBILITY_FLAGS,
        vars: {
          HEADGATE_RUNS_ON: "standalone",
          HEADGATE_PLACE: name,
          HEADGATE_SNAPSHOT_REFRESH_MS: REFRESH_MS,
        },
        onOutput: () => {},
      });
      centres.#workerds.set(name, workerd);
    }
    return centres;
  }

  get names(): readonly string[] {
    return [...this.#workerds.keys()];
  }

  client(name: string, host: string): EdgeClient {
    const client = new EdgeClient(`http://127.0.0.1:${this.#workerds.get(name)?.port}`, host);
    this.#clients.push(client);
    return client;
  }

  /** When the receipt for a revision was complete. */
  async completed(site: string, revision: number): Promise<number> {
    for (let look = 0; look < 600; look++) {
      const receipt = await this.keepers.receipt(site, revision);
      if (receipt.ok && receipt.value.isComplete) {
        const confirmed = receipt.value.places.map(({ place }) => place);
        if (confirmed.join() !== this.names.join()) throw new Error(`only ${confirmed} have confirmed it`);
        return Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the receipt was never complete");
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all([...this.#workerds.values()].map((workerd) => workerd.stop()));
    await this.state.stop();
  }
}

/** An answer, and when its request was sent. */
export interface Seen {
  readonly place: string;
  readonly sentAt: number;
  readonly status: number;
  readonly text: string;
}

/** Requests to all data centres at once, without a pause, until it is ended. At most so many from each. */
export class Load {
  readonly seen: Seen[] = [];
  readonly #asking: Promise<unknown>;
  #isOver = false;

  constructor(centres: DataCentres, host: string, paths: readonly string[], atMost = 20_000) {
    const ask = async (place: string) => {
      const client = centres.client(place, host);
      for (let count = 0; count < atMost && !this.#isOver; count++) {
        const sentAt = Date.now();
        const { status, text } = await client.get(paths[count % paths.length] ?? "/");
        this.seen.push({ place, sentAt, status, text });
        await new Promise((resolve) => setTimeout(resolve, 5)); // two cores have to do
      }
    };
    this.#asking = Promise.all(centres.names.map(ask));
  }

  /** Rejects if a request failed. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#asking;
  }
}
