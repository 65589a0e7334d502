// Checks the bindings once and turns them into ports. This is the only place that does.
import { ChangeClock } from "../caching/change-clock.ts";
import { Flights } from "../caching/flights.ts";
import { HitForMiss } from "../caching/hit-for-miss.ts";
import type { OnlySite, Ports } from "../isolate.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import type { Log, SiteTexts, Store } from "../ports.ts";
import { SiteShelf } from "../routing/site-shelf.ts";
import { consoleLog } from "./console-log.ts";
import { isolateHealth } from "./isolate-health.ts";
import { originFetch } from "./origin-fetch.ts";
import { peerReader } from "./peer.ts";
import { embeddedSites, kvSites } from "./site-texts.ts";
import { storeOf } from "./store-of.ts";
import { digest, newRequestId } from "./web-crypto.ts";
import { realTime } from "./within.ts";

export interface Env {
  /** On Cloudflare and in `headgate dev`. */
  readonly SITES?: KVNamespace;
  /** In `headgate serve`: site texts by host pattern. */
  readonly EMBEDDED_SITES?: Readonly<Record<string, string>>;
  readonly HEADGATE_RUNS_ON?: string;
  /** After how many milliseconds a site is read again in the background, and when it expires. */
  readonly HEADGATE_SITE_REFRESH_MS?: string;
  readonly HEADGATE_SITE_EXPIRE_MS?: string;
  /** How much memory each isolate may use for small responses: `16MiB`; `0B` for none. */
  readonly HEADGATE_CACHE_MEMORY?: string;
}

/** On Cloudflare an isolate has 128 MB for all its requests. */
const MEMORY = { cloudflare: "16MiB", standalone: "64MiB" } as const;

/** All ports except those that belong to one request (its `waitUntil`). */
export type IsolatePorts = Omit<Ports, "afterAnswer" | "background">;

/** What an embedding app gives in place of the Worker's own. */
export interface Given {
  readonly sites?: SiteTexts | undefined;
  readonly onlySite?: OnlySite | undefined;
  readonly store?: Store | undefined;
  readonly log?: Partial<Log> | undefined;
  /** In place of HEADGATE_CACHE_MEMORY. */
  readonly cacheMemory?: string | undefined;
  /** The name under which the edge keeps its entries in a store that it shares with others. */
  readonly apart?: string | undefined;
}

export function portsOf(env: Env, given: Given = {}): IsolatePorts {
  const runsOn = env.HEADGATE_RUNS_ON === "standalone" ? "standalone" : "cloudflare";
  const log = logOf(given.log ?? {});
  return {
    now: () => Date.now(),
    wait,
    after: realTime,
    random: () => Math.random(),
    newId: newRequestId,
    digest,
    peerOf: peerReader(runsOn),
    sites: given.onlySite ? NO_OTHERS : (given.sites ?? sitesOf(env)),
    ...(given.onlySite && { onlySite: given.onlySite }),
    shelf: new SiteShelf({
      refreshAfterMs: milliseconds(env, "HEADGATE_SITE_REFRESH_MS", 10_000),
      expireAfterMs: milliseconds(env, "HEADGATE_SITE_EXPIRE_MS", 60_000),
    }),
    store: storeOf(
      {
        memory: given.cacheMemory ?? env.HEADGATE_CACHE_MEMORY ?? MEMORY[runsOn],
        shared: given.store,
        apart: given.apart,
        log,
      },
      runsOn === "cloudflare" && typeof caches !== "undefined",
    ),
    flights: new Flights(),
    hitForMiss: new HitForMiss(),
    changes: new ChangeClock(),
    origins: originFetch(runsOn),
    health: isolateHealth(),
    log,
    metrics: null,
    snapshotOf: () => EMPTY_SNAPSHOT,
  };
}

/** An app's log may be an instance of a class, whose methods need their `this`. */
function logOf(given: Partial<Log>): Log {
  return {
    request: (record) => (given.request ? given.request(record) : consoleLog.request(record)),
    warn: (message, evidence) =>
      given.warn ? given.warn(message, evidence) : consoleLog.warn(message, evidence),
  };
}

const NO_OTHERS: SiteTexts = { read: async () => undefined };

function sitesOf(env: Env): SiteTexts {
  if (env.EMBEDDED_SITES) return embeddedSites(env.EMBEDDED_SITES);
  if (env.SITES) return kvSites(env.SITES);
  throw new Error("no sites: bind a KV namespace as SITES (wrangler.toml), or run `headgate serve`");
}

function milliseconds(
  env: Env,
  name: "HEADGATE_SITE_REFRESH_MS" | "HEADGATE_SITE_EXPIRE_MS",
  otherwise: number,
): number {
  const text = env[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text))
    throw new Error(`${name} is ${JSON.stringify(text)}; write a number of milliseconds`);
  return Number(text);
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
