// An edge of several data centres: each a workerd of its own with a cache of its own, and one state process with the keepers. The Worker
// is the one that is deployed, with the real clock.

import { AdminClient } from "../../cli/admin/admin-client.ts";
import {
  bundleWorker,
  COMPATIBILITY_DATE,
  COMPATIBILITY_FLAGS,
  WORKER_ENTRY,
} from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import type { Result } from "../../shared/result.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { storedEntries } from "../../shared/site/stored.ts";
import type { Keepers } from "../../worker/ports.ts";
import { asPushed } from "./as-pushed.ts";
import { EdgeClient } from "./client.ts";
import { keepersOverSocket, State } from "./state.ts";
import { TroubledState } from "./troubled-state.ts";

const REFRESH_MS = "300";
const TOKEN = "a-secret-that-opens-everything";
/** Of the admin API, which each data centre answers. */
const ADMIN_HOST = "127.0.0.1";

export class DataCentres {
  readonly state: State;
  /** Between them and the keepers. */
  readonly between: TroubledState;
  readonly keepers: Keepers;
  readonly #workerds = new Map<string, RunningWorkerd>();
  readonly #clients: EdgeClient[] = [];

  private constructor(state: State, between: TroubledState) {
    this.state = state;
    this.between = between;
    this.keepers = keepersOverSocket(state.socket);
  }

  /** All of them serve the same site. `isPublished`: it was published over their admin API, and can be published anew. */
  static async start(
    names: readonly string[],
    site: SiteFile,
    { isPublished = false } = {},
  ): Promise<DataCentres> {
    const state = await State.start({ holdsSites: isPublished });
    const centres = new DataCentres(state, await TroubledState.start(state.socket));
    const worker = await bundleWorker(WORKER_ENTRY);
    const entries = storedEntries(site.hosts, await asPushed(JSON.stringify(site)));
    for (const name of names) {
      const workerd = await runWorkerd({
        worker,
        ...(isPublished
          ? { sitesFolder: state.sitesFolder }
          : { sites: Object.fromEntries(entries.map(({ pattern, text }) => [pattern, text])) }),
        address: "127.0.0.1:0",
        stateAddress: `unix:${centres.between.socket}`,
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags: COMPATIBILITY_FLAGS,
        vars: {
          HEADGATE_RUNS_ON: "standalone",
          HEADGATE_PLACE: name,
          HEADGATE_SNAPSHOT_REFRESH_MS: REFRESH_MS,
          HEADGATE_SITE_REFRESH_MS: REFRESH_MS,
          HEADGATE_ADMIN_HOST: ADMIN_HOST,
          HEADGATE_ADMIN_TOKEN: TOKEN,
          ...(isPublished && { HEADGATE_SITES_IN: "state" }),
        },
        onOutput: () => {},
      });
      centres.#workerds.set(name, workerd);
    }
    if (isPublished) granted(await centres.publish(site));
    return centres;
  }

  /** The admin API, at the first of them. */
  get admin(): AdminClient {
    const [first = ""] = this.names;
    return new AdminClient({ edge: `http://${ADMIN_HOST}:${this.#workerds.get(first)?.port}`, token: TOKEN });
  }

  publish(site: SiteFile, share?: number) {
    const sites = [{ file: site }];
    return this.admin.call("publish", { body: { sites, ...(share !== undefined && { share }) } });
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
    await this.between.stop();
    await this.state.stop();
  }
}

/** Throws with the sentence of a failure. */
export function granted<T>(result: Result<T, { readonly sentence: string }>): T {
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

/** An answer, and when its request was sent. */
export interface Seen {
  readonly place: string;
  readonly path: string;
  /** The address that it came from, as a proxy tells it; undefined if none does. */
  readonly address: string | undefined;
  readonly sentAt: number;
  readonly status: number;
  readonly text: string;
}

/** Requests to all data centres at once, without a pause, until it is ended. At most so many from each. */
export class Load {
  readonly seen: Seen[] = [];
  readonly #asking: Promise<unknown>;
  #isOver = false;

  /** `addresses`: of clients, each of which asks for all of the paths. */
  constructor(
    centres: DataCentres,
    host: string,
    paths: readonly string[],
    { atMost = 20_000, addresses }: { atMost?: number; addresses?: readonly string[] } = {},
  ) {
    const ask = async (place: string) => {
      const client = centres.client(place, host);
      for (let count = 0; count < atMost && !this.#isOver; count++) {
        const sentAt = Date.now();
        const path = paths[count % paths.length] ?? "/";
        const address = addresses?.[Math.floor(count / paths.length) % addresses.length];
        const headers = address === undefined ? {} : { "x-forwarded-for": address };
        const { status, text } = await client.get(path, headers);
        this.seen.push({ place, path, address, sentAt, status, text });
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
