// Checks the bindings once and turns them into ports. This is the only place that does.
import { objectionToSecret } from "../../shared/root-secret.ts";
import { secretSource } from "../../shared/secrets/secret-source.ts";
import { FREE_SUBREQUESTS } from "../../shared/subrequests.ts";
import type { AdminEnv } from "../admin/admin-settings.ts";
import { KeySetShelf } from "../admission/authentication/key-set-shelf.ts";
import { ProviderShelf } from "../admission/authentication/provider-shelf.ts";
import { Remembered } from "../admission/authentication/remembered.ts";
import { InFlight } from "../admission/limits/in-flight.ts";
import { ListShelf } from "../admission/list-shelf.ts";
import type { SubrequestLimit } from "../balancing/subrequests.ts";
import { ChangeClock } from "../caching/change-clock.ts";
import { Flights } from "../caching/flights.ts";
import { HitForMiss } from "../caching/hit-for-miss.ts";
import { PurgeMemory } from "../caching/purge-memory.ts";
import { logFormat } from "../delivery/log-formats.ts";
import { FolderShelf } from "../files/folder-shelf.ts";
import type { OnlySite, Ports } from "../isolate.ts";
import { Counters } from "../keeping/counters.ts";
import { MAX_NAME_LENGTH, USUAL_REFRESH_MS } from "../keeping/report.ts";
import { SnapshotShelf } from "../keeping/snapshot-shelf.ts";
import type { Log, Secrets, SiteTexts, Store } from "../ports.ts";
import type { SiteStore } from "../publishing/site-store.ts";
import { SiteShelf } from "../routing/site-shelf.ts";
import { type AppLog, appLog } from "./app-log.ts";
import { batchedLog } from "./batched-log.ts";
import { boundFiles } from "./bound-files.ts";
import { canCompress } from "./compress-body.ts";
import { consoleLog, inFormat } from "./console-log.ts";
import { countSent } from "./handed-on.ts";
import { isolateHealth } from "./isolate-health.ts";
import { isolateLoad } from "./isolate-load.ts";
import { isolateTurns } from "./isolate-turns.ts";
import { keepersOf } from "./keepers-of.ts";
import { limitersOf } from "./limiters-of.ts";
import { originFetch } from "./origin-fetch.ts";
import { PAST_THE_ZONES_CACHE } from "./past-the-zones-cache.ts";
import { peerReader, type RunsOn } from "./peer.ts";
import { provingOn } from "./proving.ts";
import { type ReachEnv, reachOf } from "./reach.ts";
import { sealing } from "./sealing.ts";
import { secretsFrom } from "./secrets.ts";
import { folderSiteStore, kvSiteStore } from "./site-store.ts";
import { embeddedSites, folderSites, kvSites } from "./site-texts.ts";
import { storeOf } from "./store-of.ts";
import { digest, newRequestId, signingWith } from "./web-crypto.ts";
import { realTime } from "./within.ts";

export interface Env extends AdminEnv, ReachEnv {
  /** On Cloudflare and in `headgate dev`. */
  readonly SITES?: KVNamespace;
  /** In `headgate serve`, where SITES is a folder and cannot list its keys: the folder itself. */
  readonly SITES_FOLDER?: Fetcher;
  /** In `headgate serve`: site texts by host pattern. */
  readonly EMBEDDED_SITES?: Readonly<Record<string, string>>;
  /** The keepers of the sites: on Cloudflare and in `headgate dev`. Without them, every isolate decides alone. */
  readonly KEEPER?: DurableObjectNamespace;
  /** The files that lie with the edge: the assets of the Worker, or the folder of `headgate serve --files`. */
  readonly ASSETS?: Fetcher;
  /** Which sites may serve which folders: `FOLDER@shop.example.com FOLDER`. Every site may serve all if it is not set. */
  readonly HEADGATE_FILES_FOR?: string;
  /** The objects that count exactly: on Cloudflare and in `headgate dev`. Without them, limits of that strength fail. */
  readonly LIMITS?: DurableObjectNamespace;
  /** In `headgate serve`: the process that has the keepers and the objects that count exactly. */
  readonly STATE?: Fetcher;
  /** `state`, if the sites are in the folder of `headgate serve --state` and published over the admin API. */
  readonly HEADGATE_SITES_IN?: string;
  readonly HEADGATE_RUNS_ON?: string;
  /** The root secret, from which keys are derived by purpose. */
  readonly HEADGATE_SECRET?: string;
  /** Made up by `serve` and `dev` for one run, for its own cookies, where there is no HEADGATE_SECRET. */
  readonly HEADGATE_RUN_SECRET?: string;
  /** Which sites may use which of the HEADGATE_SECRET_NAME: `NAME@shop.example.com NAME`. Every site may use all if it is not set. */
  readonly HEADGATE_SECRETS_FOR?: string;
  /** The name of this data centre, where Cloudflare does not tell it. */
  readonly HEADGATE_PLACE?: string;
  /** How often a keeper's snapshot is read again, in milliseconds. */
  readonly HEADGATE_SNAPSHOT_REFRESH_MS?: string;
  /** After how many milliseconds a site is read again in the background, and when it expires. */
  readonly HEADGATE_SITE_REFRESH_MS?: string;
  readonly HEADGATE_SITE_EXPIRE_MS?: string;
  /** `json` or `combined`: the form of every record, whatever the site of the request asks for. */
  readonly HEADGATE_LOG_FORMAT?: string;
  /** How much memory each isolate may use for small responses: `16MiB`; `0B` for none. */
  readonly HEADGATE_CACHE_MEMORY?: string;
  /** How many subrequests the plan allows a request. */
  readonly HEADGATE_SUBREQUESTS?: string;
}

/** On Cloudflare an isolate has 128 MB for all its requests. */
const MEMORY = { cloudflare: "16MiB", standalone: "64MiB" } as const;

/** All ports except those that belong to one request: its `waitUntil`, and what it may ask of others. */
export interface IsolatePorts extends Omit<Ports, "background" | "subrequests"> {
  readonly subrequestLimit?: SubrequestLimit | undefined;
}

/** What an embedding app gives in place of the Worker's own. */
export interface Given {
  readonly sites?: SiteTexts | undefined;
  readonly onlySite?: ((secrets: Secrets) => OnlySite) | undefined;
  readonly store?: Store | undefined;
  readonly log?: AppLog | undefined;
  /** In place of HEADGATE_CACHE_MEMORY. */
  readonly cacheMemory?: string | undefined;
  /** The values of `${secret:NAME}` by name, in place of HEADGATE_SECRET_NAME. */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  /** The name under which the edge keeps its entries in a store that it shares with others. */
  readonly apart?: string | undefined;
}

/** `place`: the data centre, if the platform tells it. */
export function portsOf(env: Env, given: Given = {}, place?: string): IsolatePorts {
  const runsOn = env.HEADGATE_RUNS_ON === "standalone" ? "standalone" : "cloudflare";
  const hasCacheApi = runsOn === "cloudflare" && typeof caches !== "undefined";
  const keepers = keepersOf(env, hasCacheApi ? caches.default : undefined, now);
  const ours = logOf(env, runsOn);
  const refreshMs = milliseconds(env, "HEADGATE_SNAPSHOT_REFRESH_MS", USUAL_REFRESH_MS);
  const log = given.log ? appLog(given.log, ours) : ours;
  const warn: Log["warn"] = (message, evidence) => log.warn(message, evidence);
  const secret = usableSecret(env, log);
  const secrets = secretsFrom(secretSource({ ...env }, given.secrets), log);
  return {
    now,
    wait,
    after: realTime,
    random: () => Math.random(),
    newId: newRequestId,
    digest,
    signing: secret ? signingWith(secret) : null,
    sealing: sealing(secret || env.HEADGATE_RUN_SECRET, log),
    secrets,
    proving: provingOn({
      platform: runsOn === "cloudflare" ? { cf: PAST_THE_ZONES_CACHE } : {},
      log,
    }),
    peerOf: peerReader(runsOn),
    compresses: runsOn === "standalone" && canCompress(),
    sites: given.onlySite ? NO_OTHERS : (given.sites ?? sitesOf(env)),
    ...(given.onlySite && { onlySite: given.onlySite(secrets) }),
    siteStore: given.onlySite || given.sites ? null : siteStoreOf(env),
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
      hasCacheApi,
    ),
    flights: new Flights(),
    hitForMiss: new HitForMiss(),
    changes: new ChangeClock(),
    purgeMemory: new PurgeMemory(),
    origins: originFetch(runsOn, { reach: reachOf(env, runsOn), warn }),
    files: boundFiles(env.ASSETS, runsOn, env.HEADGATE_FILES_FOR),
    folders: new FolderShelf(),
    limiters: limitersOf(env, now, warn),
    providers: new ProviderShelf(),
    keySets: new KeySetShelf(),
    remembered: new Remembered(),
    health: isolateHealth(),
    turns: isolateTurns(),
    load: isolateLoad({ now }),
    inFlight: new InFlight(),
    log,
    countSent,
    // Somebody has to collect them.
    metrics: keepers && new Counters(),
    keepers,
    self: {
      isolate: newRequestId(),
      place: nameOf(env.HEADGATE_PLACE ?? place),
      ...(refreshMs !== USUAL_REFRESH_MS && { refreshMs }),
    },
    snapshots: new SnapshotShelf({ refreshMs }),
    lists: new ListShelf(),
    subrequestLimit: subrequestLimit(env, runsOn),
  };
}

/** Who says nothing may have either plan. */
function subrequestLimit({ HEADGATE_SUBREQUESTS: most }: Env, runsOn: RunsOn): SubrequestLimit | undefined {
  if (most === undefined)
    return runsOn === "cloudflare" ? { most: FREE_SUBREQUESTS, isStated: false } : undefined;
  if (!/^\d{2,7}$/.test(most))
    throw new Error(`HEADGATE_SUBREQUESTS is ${JSON.stringify(most)}; write a number from 10, such as 50`);
  return { most: Number(most), isStated: true };
}

/** Cloudflare keeps each record with the request that wrote it, so it gets them one by one. */
function logOf({ HEADGATE_LOG_FORMAT: name }: Env, runsOn: RunsOn): Log {
  const log = runsOn === "standalone" ? batchedLog({ now, wait }) : consoleLog;
  if (name === undefined) return log;
  if (name !== "json" && name !== "combined")
    throw new Error(`HEADGATE_LOG_FORMAT is ${JSON.stringify(name)}; write json or combined`);
  return inFormat(logFormat({ format: name }), log);
}

/** One that is too short is as good as none: what needs it is off, and the sites are served all the same. */
function usableSecret({ HEADGATE_SECRET: secret }: Env, log: Log): string | undefined {
  const objection = secret ? objectionToSecret(secret) : undefined;
  if (objection !== undefined) log.warn(objection, {});
  return objection === undefined ? secret : undefined;
}

const nameOf = (place: string | undefined): string => place?.slice(0, MAX_NAME_LENGTH) || "unknown";

const NO_OTHERS: SiteTexts = { read: async () => undefined };

function sitesOf(env: Env): SiteTexts {
  if (env.EMBEDDED_SITES) return embeddedSites(env.EMBEDDED_SITES);
  if (env.SITES && env.SITES_FOLDER) return folderSites(env.SITES, env.SITES_FOLDER);
  if (env.SITES) return kvSites(env.SITES);
  throw new Error("no sites: bind a KV namespace as SITES (wrangler.toml), or run `headgate serve`");
}

/** A folder of site files is the truth for itself: `headgate serve` writes it, and nobody else. */
function siteStoreOf(env: Env): SiteStore | null {
  if (env.EMBEDDED_SITES || !env.SITES) return null;
  if (!env.SITES_FOLDER) return kvSiteStore(env.SITES);
  const isInState = env.HEADGATE_SITES_IN === "state" && env.STATE !== undefined;
  return isInState ? folderSiteStore(env.SITES, env.SITES_FOLDER, env.STATE) : null;
}

function milliseconds(
  env: Env,
  name: "HEADGATE_SITE_REFRESH_MS" | "HEADGATE_SITE_EXPIRE_MS" | "HEADGATE_SNAPSHOT_REFRESH_MS",
  otherwise: number,
): number {
  const text = env[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text))
    throw new Error(`${name} is ${JSON.stringify(text)}; write a number of milliseconds`);
  return Number(text);
}

const now = () => Date.now();
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
