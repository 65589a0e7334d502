// One isolate in this process: the whole pipeline, with an origin, a store and a clock of the test.

import { ok } from "../../shared/result.ts";
import { storedEntries } from "../../shared/site/stored.ts";
import type { Soon } from "../../shared/soon.ts";
import { isolateHealth } from "../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../worker/adapters/isolate-turns.ts";
import { memoryLimiter } from "../../worker/adapters/memory-limiter.ts";
import { provingOn } from "../../worker/adapters/proving.ts";
import { KeySetShelf } from "../../worker/admission/authentication/key-set-shelf.ts";
import { ProviderShelf } from "../../worker/admission/authentication/provider-shelf.ts";
import { Remembered } from "../../worker/admission/authentication/remembered.ts";
import { InFlight } from "../../worker/admission/limits/in-flight.ts";
import { ListShelf } from "../../worker/admission/list-shelf.ts";
import type { Subrequests } from "../../worker/balancing/subrequests.ts";
import { ChangeClock } from "../../worker/caching/change-clock.ts";
import { Flights } from "../../worker/caching/flights.ts";
import { HitForMiss } from "../../worker/caching/hit-for-miss.ts";
import { PurgeMemory } from "../../worker/caching/purge-memory.ts";
import { FolderShelf } from "../../worker/files/folder-shelf.ts";
import type { Ports } from "../../worker/isolate.ts";
import { SnapshotShelf } from "../../worker/keeping/snapshot-shelf.ts";
import type { Reply } from "../../worker/message.ts";
import { serve } from "../../worker/pipeline.ts";
import type { Keepers, OriginRequest, Store } from "../../worker/ports.ts";
import { SiteShelf } from "../../worker/routing/site-shelf.ts";
import { asPushed } from "./as-pushed.ts";
import { NO_FILES } from "./no-files.ts";

/** Site texts by host pattern, as `headgate push` stores them. */
export async function pushed(site: {
  readonly hosts: readonly string[];
}): Promise<ReadonlyMap<string, string>> {
  const entries = storedEntries(site.hosts, await asPushed(JSON.stringify(site)));
  return new Map(entries.map(({ pattern, text }) => [pattern, text]));
}

export interface OriginSays {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

export interface IsolateOptions {
  readonly texts: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly now: () => number;
  readonly origin: (request: OriginRequest) => Promise<OriginSays>;
  readonly keepers?: Keepers;
  readonly warn?: (message: string) => void;
  /** What all its requests together may ask of others. */
  readonly subrequests?: Subrequests;
  /** In place of what is usual here. */
  readonly ports?: Partial<Ports>;
}

export interface Isolate {
  /** A GET. The answer is no promise if it is in memory. */
  serve(target: string): Soon<Reply>;
  /** Reads the answer to its end, and waits for what goes on behind it. */
  ask(method?: string, headers?: Record<string, string>, target?: string): Promise<string>;
}

export function anIsolate(options: IsolateOptions): Isolate {
  const { texts, store, now, origin, keepers, warn, subrequests, ports: own } = options;
  const background: Promise<unknown>[] = [];
  const ports: Ports = {
    now,
    wait: () => Promise.resolve(),
    after: () => () => {},
    random: () => 0,
    newId: () => "0".repeat(32),
    sealing: { mac: async () => undefined, foreign: () => {} },
    secrets: () => undefined,
    digest: async (bytes) => new TextDecoder().decode(bytes),
    signing: null,
    proving: provingOn({ platform: {}, log: { warn: () => {} } }),
    keySets: new KeySetShelf(),
    providers: new ProviderShelf(),
    remembered: new Remembered(),
    peerOf: () => ({ ip: "192.0.2.1", country: undefined }),
    sites: { read: async (pattern) => texts.get(pattern) },
    shelf: new SiteShelf({ refreshAfterMs: 1_000_000, expireAfterMs: 1_000_000 }),
    store,
    flights: new Flights(),
    hitForMiss: new HitForMiss(),
    changes: new ChangeClock(),
    purgeMemory: new PurgeMemory(),
    origins: {
      fetch: async (request) => {
        const { status = 200, body, headers } = await origin(request);
        const fields = new Headers({ "cache-control": "max-age=600", ...headers });
        const reply = { status, statusText: "", headers: fields, webSocket: null };
        return ok({ ...reply, body: status === 304 ? null : new Blob([body]).stream() });
      },
    },
    files: NO_FILES,
    folders: new FolderShelf(),
    health: isolateHealth(),
    turns: isolateTurns(),
    load: isolateLoad({ now }),
    limiters: { memory: memoryLimiter(now), platform: memoryLimiter(now), exact: memoryLimiter(now) },
    inFlight: new InFlight(),
    background: (work) => void background.push(work),
    ...(subrequests && { subrequests }),
    log: { request: () => {}, warn: (message) => warn?.(message) },
    countSent: (reply) => ({ reply, sent: new Promise(() => {}) }),
    metrics: null,
    keepers: keepers ?? null,
    siteStore: null,
    self: { isolate: "test", place: "here" },
    snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
    lists: new ListShelf(),
    ...own,
  };
  return {
    serve: (target) => serve(new Request(`https://shop.test${target}`), ports),
    async ask(method = "GET", headers = {}, target = "/page") {
      const init = { method, headers, ...(method === "QUERY" && { body: "question" }) };
      const reply = await serve(new Request(`https://shop.test${target}`, init), ports);
      const text = await new Response(reply.body as BodyInit | null).text();
      for (let work = background.pop(); work; work = background.pop()) await work;
      return text;
    },
  };
}
