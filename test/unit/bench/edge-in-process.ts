// The whole pipeline in this process, with the real store and the real adapters around an origin that answers at once:
// for counting what one request costs.

import type { SiteTexts } from "../../../bench/sites.ts";
import type { Soon } from "../../../shared/soon.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../../worker/adapters/isolate-turns.ts";
import { memoryLimiter } from "../../../worker/adapters/memory-limiter.ts";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { provingOn } from "../../../worker/adapters/proving.ts";
import { KeySetShelf } from "../../../worker/admission/authentication/key-set-shelf.ts";
import { ProviderShelf } from "../../../worker/admission/authentication/provider-shelf.ts";
import { Remembered } from "../../../worker/admission/authentication/remembered.ts";
import { InFlight } from "../../../worker/admission/limits/in-flight.ts";
import { ListShelf } from "../../../worker/admission/list-shelf.ts";
import { ChangeClock } from "../../../worker/caching/change-clock.ts";
import { Flights } from "../../../worker/caching/flights.ts";
import { HitForMiss } from "../../../worker/caching/hit-for-miss.ts";
import { PurgeMemory } from "../../../worker/caching/purge-memory.ts";
import { FolderShelf } from "../../../worker/files/folder-shelf.ts";
import type { Ports } from "../../../worker/isolate.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";
import type { Reply } from "../../../worker/message.ts";
import { serve } from "../../../worker/pipeline.ts";
import type { OriginReply } from "../../../worker/ports.ts";
import { SiteShelf } from "../../../worker/routing/site-shelf.ts";
import { NO_FILES } from "../../support/no-files.ts";

export class EdgeInProcess {
  readonly #ports: Ports;
  readonly #work: Promise<unknown>[] = [];
  /** How often the world was asked, by port. */
  readonly asked = { sites: 0, origins: 0, digest: 0, background: 0 };

  constructor(sites: SiteTexts, originSays: Readonly<Record<string, string>>, body: string) {
    const { asked } = this;
    const now = () => 1_700_000_000_000;
    this.#ports = {
      now,
      wait: () => new Promise(() => {}),
      after: () => () => {},
      random: () => 0,
      newId: () => "0".repeat(32),
      signing: null,
      sealing: { mac: async () => undefined, foreign: () => {} },
      secrets: () => undefined,
      proving: provingOn({ platform: {}, log: { warn: () => {} } }),
      keySets: new KeySetShelf(),
      providers: new ProviderShelf(),
      remembered: new Remembered(),
      digest: async () => {
        asked.digest++;
        return "";
      },
      peerOf: () => ({ ip: "127.0.0.1", country: undefined }),
      sites: {
        read: async (pattern) => {
          asked.sites++;
          return sites[pattern];
        },
      },
      shelf: new SiteShelf({ refreshAfterMs: 60_000, expireAfterMs: 60_000 }),
      store: memoryStore(1_000_000, { now }),
      flights: new Flights(),
      hitForMiss: new HitForMiss(),
      changes: new ChangeClock(),
      purgeMemory: new PurgeMemory(),
      origins: {
        fetch: async () => {
          asked.origins++;
          return { ok: true, value: originReply(originSays, body) };
        },
      },
      files: NO_FILES,
      folders: new FolderShelf(),
      health: isolateHealth(),
      turns: isolateTurns(),
      load: isolateLoad({ now }),
      limiters: { memory: memoryLimiter(now), platform: memoryLimiter(now), exact: memoryLimiter(now) },
      inFlight: new InFlight(),
      background: (work) => {
        asked.background++;
        this.#work.push(work);
      },
      metrics: null,
      keepers: null,
      siteStore: null,
      self: { isolate: "test", place: "here" },
      snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
      lists: new ListShelf(),
      log: { request: () => {}, warn: () => {} },
      countSent: (reply) => ({ reply, sent: new Promise(() => {}) }),
    };
  }

  /** As the app gets it: a promise only if something has to be waited for. */
  serveAtOnce(request: Request): Soon<Reply> {
    return serve(request, this.#ports);
  }

  async serve(request: Request): Promise<Reply> {
    return serve(request, this.#ports);
  }

  async settled(): Promise<void> {
    for (let work = this.#work.pop(); work; work = this.#work.pop()) await work;
  }
}

/** Made by the adapter in live traffic, so its fields are not counted. */
function originReply(fields: Readonly<Record<string, string>>, body: string): OriginReply {
  const response = new Response(body, { headers: fields });
  return { status: 200, statusText: "OK", headers: response.headers, body: response.body, webSocket: null };
}
