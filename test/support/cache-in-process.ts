// The cache's flow with the real memory store, in this process, for cases that no site file can cause on an edge. One is a
// pool without any origin in service: the check of a site file rejects it, and health removes no origin today.

import { ok } from "../../shared/result.ts";
import { isolateHealth } from "../../worker/adapters/isolate-health.ts";
import { isolateLoad } from "../../worker/adapters/isolate-load.ts";
import { isolateTurns } from "../../worker/adapters/isolate-turns.ts";
import { memoryLimiter } from "../../worker/adapters/memory-limiter.ts";
import { memoryStore } from "../../worker/adapters/memory-store.ts";
import { provingOn } from "../../worker/adapters/proving.ts";
import { KeySetShelf } from "../../worker/admission/authentication/key-set-shelf.ts";
import { ProviderShelf } from "../../worker/admission/authentication/provider-shelf.ts";
import { Remembered } from "../../worker/admission/authentication/remembered.ts";
import { InFlight } from "../../worker/admission/limits/in-flight.ts";
import { ListShelf } from "../../worker/admission/list-shelf.ts";
import { ChangeClock } from "../../worker/caching/change-clock.ts";
import { Flights } from "../../worker/caching/flights.ts";
import { answerThroughCache } from "../../worker/caching/flow/fetch-through.ts";
import { HitForMiss } from "../../worker/caching/hit-for-miss.ts";
import { PurgeMemory } from "../../worker/caching/purge-memory.ts";
import { deliver } from "../../worker/delivery/deliver.ts";
import { logRecord } from "../../worker/delivery/log-record.ts";
import { problemReply } from "../../worker/delivery/own-answer.ts";
import { FolderShelf } from "../../worker/files/folder-shelf.ts";
import type { Ports } from "../../worker/isolate.ts";
import { SnapshotShelf } from "../../worker/keeping/snapshot-shelf.ts";
import type { Reply } from "../../worker/message.ts";
import type { Outcome } from "../../worker/outcome.ts";
import type { LogRecord, OriginReply, OriginRequest } from "../../worker/ports.ts";
import { SiteShelf } from "../../worker/routing/site-shelf.ts";
import type { CompiledSite } from "../../worker/site.ts";
import { anAsked } from "./asked.ts";
import { NO_FILES } from "./no-files.ts";

interface Got {
  readonly reply: Reply;
  readonly record: LogRecord;
  readonly bytes: Uint8Array;
  readonly text: string;
}

export class CacheInProcess {
  /** If true, all origins of every pool are out of service. */
  outOfService = false;
  #now = Date.now();
  #background: Promise<unknown>[] = [];
  /** Stands in for the origin. */
  origin: (request: OriginRequest) => Pick<OriginReply, "status" | "headers" | "body">;
  site: CompiledSite;
  readonly #ports: Ports;

  /** The origin answers 200 with this body and these fields. */
  constructor(site: CompiledSite, body: string, headers: Record<string, string>) {
    this.site = site;
    this.origin = () => ({ status: 200, headers: new Headers(headers), body: new Blob([body]).stream() });
    const now = () => this.#now;
    this.#ports = {
      now,
      wait: () => Promise.resolve(),
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
      digest: () => Promise.reject(new Error("no QUERY here")),
      peerOf: () => ({ ip: "192.0.2.1", country: undefined }),
      sites: { read: () => Promise.resolve(undefined) },
      shelf: new SiteShelf({ refreshAfterMs: 1, expireAfterMs: 1 }),
      store: memoryStore(1_000_000, { now }),
      flights: new Flights(),
      hitForMiss: new HitForMiss(),
      changes: new ChangeClock(),
      purgeMemory: new PurgeMemory(),
      origins: {
        fetch: async (request) => ok({ ...this.origin(request), statusText: "", webSocket: null }),
      },
      files: NO_FILES,
      folders: new FolderShelf(),
      health: isolateHealth(),
      turns: isolateTurns(),
      load: isolateLoad({ now }),
      limiters: { memory: memoryLimiter(now), platform: memoryLimiter(now), exact: memoryLimiter(now) },
      inFlight: new InFlight(),
      background: (work) => void this.#background.push(work),
      log: { request: () => {}, warn: () => {} },
      countSent: (reply) => ({ reply, sent: new Promise(() => {}) }),
      metrics: null,
      keepers: null,
      siteStore: null,
      self: { isolate: "test", place: "here" },
      snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
      lists: new ListShelf(),
    };
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async settled(): Promise<void> {
    for (let work = this.#background.pop(); work; work = this.#background.pop()) await work;
  }

  async get(fields: Record<string, string> = {}): Promise<Got> {
    const asked = anAsked("http://a.test/", { headers: fields });
    const route = this.site.routes[0]?.();
    if (route?.action.kind !== "proxy") throw new Error("the site's first route leads to no pool");
    const { pool } = route.action;
    const action = { ...route.action, pool: this.outOfService ? { ...pool, tiers: [], groups: [] } : pool };
    const requestId = this.#ports.newId();
    const ask = () => ({
      method: "GET",
      target: "/",
      headers: new Headers(fields),
      authority: "shop.test",
      receivedBytes: 0,
      otherUrls: [],
    });
    const demand = { site: this.site, asked, ask, action, requestId, body: null };
    const { result, cache } = await answerThroughCache(demand, this.#ports);
    const told = { asked, site: this.site, matched: { route, captures: {} }, ...(cache && { cache }) };
    const outcome: Outcome = result.ok
      ? { ...told, reply: result.value }
      : { ...told, refusal: result.error, reply: problemReply(result.error, requestId) };
    const visit = { requestId, startedAt: this.#now };
    const reply = deliver(outcome, visit, this.#now);
    const bytes = new Uint8Array(await new Response(reply.body as BodyInit | null).arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    return { reply, bytes, text, record: logRecord(outcome, visit, this.#now) };
  }
}
