// Checks the bindings once and turns them into ports. This is the only place that does.
import { parseSizeBytes } from "../../shared/site/units.ts";
import { Flights } from "../caching/flights.ts";
import type { Ports } from "../isolate.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import type { Store } from "../ports.ts";
import { SiteShelf } from "../routing/site-shelf.ts";
import { cacheApiStore } from "./cache-api-store.ts";
import { consoleLog } from "./console-log.ts";
import { digest } from "./digest.ts";
import { embeddedSites } from "./embedded-sites.ts";
import { isolateHealth } from "./isolate-health.ts";
import { kvSites } from "./kv-sites.ts";
import { memoryStore } from "./memory-store.ts";
import { noStore } from "./no-store.ts";
import { originFetch } from "./origin-fetch.ts";
import { peerReader } from "./peer.ts";
import { newRequestId } from "./request-id.ts";
import { steadyStore } from "./steady-store.ts";
import { NEAR_COPY_LIVES_MS, tieredStore } from "./tiered-store.ts";
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

/** Out of the 128 MB that an isolate on Cloudflare has for all its requests. */
const MEMORY_ON_CLOUDFLARE = "16MiB";
const MEMORY_STANDALONE = "64MiB";

/** All ports except those that belong to one request (its `waitUntil`). */
export type IsolatePorts = Omit<Ports, "afterAnswer" | "background">;

export function portsOf(env: Env): IsolatePorts {
  const sites = env.EMBEDDED_SITES
    ? embeddedSites(env.EMBEDDED_SITES)
    : env.SITES
      ? kvSites(env.SITES)
      : undefined;
  if (!sites)
    throw new Error("no sites: bind a KV namespace as SITES (wrangler.toml), or run `headgate serve`");
  const runsOn = env.HEADGATE_RUNS_ON === "standalone" ? "standalone" : "cloudflare";
  return {
    now: () => Date.now(),
    wait,
    after: realTime,
    random: () => Math.random(),
    newId: newRequestId,
    digest,
    peerOf: peerReader(runsOn),
    sites,
    shelf: new SiteShelf({
      refreshAfterMs: milliseconds(env, "HEADGATE_SITE_REFRESH_MS", 10_000),
      expireAfterMs: milliseconds(env, "HEADGATE_SITE_EXPIRE_MS", 60_000),
    }),
    store: storeOf(env),
    flights: new Flights(),
    origins: originFetch(runsOn),
    health: isolateHealth(),
    log: consoleLog,
    metrics: null,
    snapshotOf: () => EMPTY_SNAPSHOT,
  };
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

/** On Cloudflare, memory for small responses above the data centre's cache; elsewhere memory only. */
function storeOf(env: Env): Store {
  const standalone = env.HEADGATE_RUNS_ON === "standalone";
  const size = env.HEADGATE_CACHE_MEMORY ?? (standalone ? MEMORY_STANDALONE : MEMORY_ON_CLOUDFLARE);
  const bytes = parseSizeBytes(size);
  if (bytes === undefined)
    throw new Error(`HEADGATE_CACHE_MEMORY is ${JSON.stringify(size)}; write 16MiB, or 0B`);
  if (standalone) return bytes === 0 ? noStore : memoryStore(bytes);
  const shared = steadyStore(cacheApiStore(caches.default, consoleLog), consoleLog);
  if (bytes === 0) return shared;
  return tieredStore(memoryStore(bytes, { forgetAfterMs: NEAR_COPY_LIVES_MS }), shared);
}
