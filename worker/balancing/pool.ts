// A pool as the pipeline uses it.
import { hash32 } from "../../shared/hash32.ts";
import type { Balance, HashBy } from "../../shared/site/balance-schema.ts";
import { type Endpoint, endpointOf, seenAsOf } from "../../shared/site/endpoint.ts";
import type { OriginConfig, PoolConfig } from "../../shared/site/pool-schema.ts";
import type { FilesRules } from "../files/files-rules.ts";
import type { Probe } from "../keeping/probe.ts";
import type { OriginPlace } from "../rewriting/from-origin.ts";
import { compileProbes } from "./compile-probes.ts";
import { compileOutlier, type OutlierRules } from "./outlier-rules.ts";
import { compileSendingRules, type SendingRules } from "./sending-rules.ts";
import { compileServes, type Serves } from "./serves.ts";
import { compileSorry, type Sorry } from "./sorry.ts";
import { compileSticky, type Sticky } from "./sticky.ts";
import { compileTimeouts, type Timeouts } from "./timeouts.ts";

export interface Origin extends OriginPlace {
  readonly id: string;
  /** Of its id, for `balance: hash`. */
  readonly hash: number;
  /** Scheme, host, port and base path, without a trailing slash: the target is appended. */
  readonly url: string;
  /** How it is reached; null if its URL says it all. */
  readonly endpoint: Endpoint | null;
  /** If a folder stands for it. */
  readonly files?: FilesRules;
  readonly weight: number;
  readonly tier: number;
  readonly state: OriginConfig["state"];
  /** Infinite if there is no limit. */
  readonly maxInFlight: number;
  /** The key under which the isolate remembers how busy and how fast it is. Pools of a site that ask the same URL share it. */
  readonly loadKey: string;
}

/** Origins that share the load. The next tier is asked when this one has no origin left. */
export interface Tier {
  readonly tier: number;
  readonly origins: readonly Origin[];
}

/** An origin that may be asked, and its share of the requests against the others of its group. */
export interface Candidate {
  readonly origin: Origin;
  /** Positive. While an origin returns it is lower than the configured one. */
  readonly weight: number;
}

/**
 * Origins among which the pool's algorithm chooses. There is at least one. `trial`: on probation, asked by the first attempt of one
 * request at a time. `last-resort`: out, asked if no other is left.
 */
export interface CandidateGroup {
  readonly role: "trial" | "usable" | "last-resort";
  readonly tier: number;
  readonly candidates: readonly Candidate[];
}

export interface Pool extends SendingRules, Timeouts {
  readonly id: string;
  /** Site and pool. */
  readonly key: string;
  /** The key under which the isolate remembers what it believes of the origins. */
  readonly standingKey: string;
  /** The key under which it remembers whose turn it is. Of this pool alone: shared turns would give each of two pools one origin. */
  readonly turnsKey: string;
  readonly balance: Balance;
  /** Null unless the pool hashes. */
  readonly hash: { readonly by: HashBy; readonly bounded?: number | undefined } | null;
  /** Whether an origin has a limit. */
  readonly limitsOrigins: boolean;
  /** Whether the attempts under way and the latency of its origins are counted. */
  readonly countsLoad: boolean;
  /** Null if clients are not kept at an origin. */
  readonly sticky: Sticky | null;
  /** The clients that it is meant for; null if the site does not say. */
  readonly serves: Serves | null;
  /** Null if the client gets the refusal itself when no origin has answered. */
  readonly sorry: Sorry | null;
  readonly origins: readonly Origin[];
  /** The origins in service, in failover order. */
  readonly tiers: readonly Tier[];
  /** The same as candidates, for as long as nothing is known against any of them. */
  readonly groups: readonly CandidateGroup[];
  readonly inService: readonly Origin[];
  readonly outlier: OutlierRules;
  /** What its keeper asks the origins to learn whether they are good; empty if it asks nothing. */
  readonly probes: readonly Probe[];
}

const LOOKS_AT_LOAD: ReadonlySet<Balance> = new Set(["least-requests", "latency"]);

/** `hosts`: the site's. Its name is another than the first where an app has given it one. `files`: of a folder that stands for an origin. */
export function compilePool(
  siteName: string,
  id: string,
  config: PoolConfig,
  hosts: readonly string[] = [siteName],
  files?: FilesRules,
): Pool {
  const site = { name: siteName, host: hosts[0] ?? siteName };
  const origins = config.origins.map((origin) => ({
    ...compileOrigin(origin, config, site),
    ...(files && { files }),
  }));
  const inService = origins.filter(isInService);
  const tiers = tiersOf(inService);
  const balance = config.balance ?? (config.hash ? "hash" : "weighted");
  const rules = compileSendingRules(config);
  const limitsOrigins = config.origins.some(({ maxInFlight }) => maxInFlight !== undefined);
  return {
    id,
    key: `${siteName}/${id}`,
    standingKey: standingKeyOf(siteName, config),
    turnsKey: `${siteName}/${id} ${JSON.stringify(inService.map(({ id, weight }) => [id, weight]))}`,
    balance,
    hash: config.hash ?? null,
    limitsOrigins,
    countsLoad:
      LOOKS_AT_LOAD.has(balance) ||
      config.hash?.bounded !== undefined ||
      limitsOrigins ||
      rules.maxInFlight !== null,
    serves: config.serves ? compileServes(config.serves) : null,
    sorry: config.sorry === undefined ? null : compileSorry(config.sorry),
    sticky: config.sticky ? compileSticky(siteName, id, config.sticky) : null,
    origins,
    tiers,
    groups: tiers.map(groupOf),
    inService,
    outlier: compileOutlier(config.outlier),
    ...rules,
    ...compileTimeouts(config.timeout),
    probes: compileProbes(id, config.health, { origins, hosts }),
  };
}

/**
 * Pools of a site share what is believed of their origins if they have the same origins and the same rules of what speaks against
 * one. So two pools that differ in their time-outs do not both have to find out that an origin is dead. An origin that gets
 * another URL or Host is another origin. One that gets another weight is not.
 */
function standingKeyOf(siteName: string, { origins, host, tls, retry, outlier }: PoolConfig): string {
  const counted = origins.map(({ weight, tier, ...origin }) => ({ ...origin, weighs: weight > 0 }));
  return `${siteName}/${JSON.stringify([counted, host, tls, retry.on, outlier])}`;
}

/** For any client. A drained origin serves only those that are bound to it (pinned-origin.ts). */
export const isInService = (origin: Origin): boolean => origin.state === "active" && origin.weight > 0;

function tiersOf(origins: readonly Origin[]): Tier[] {
  const byTier = Map.groupBy(origins, (origin) => origin.tier);
  return [...byTier].sort(([a], [b]) => a - b).map(([tier, members]) => ({ tier, origins: members }));
}

const groupOf = ({ tier, origins }: Tier): CandidateGroup => ({
  role: "usable",
  tier,
  candidates: origins.map((origin) => ({ origin, weight: origin.weight })),
});

function compileOrigin(
  config: OriginConfig,
  pool: PoolConfig,
  site: { readonly name: string; readonly host: string },
): Origin {
  const url = new URL(config.url);
  const basePath = url.pathname.endsWith("/") ? url.pathname.slice(0, -1) : url.pathname;
  const endpoint = endpointOf(config, pool, site.host);
  return {
    id: config.id,
    hash: hash32(config.id),
    url: url.origin + basePath,
    origin: url.origin,
    host: url.host,
    basePath,
    seenAs: seenAsOf(config, pool),
    endpoint,
    weight: config.weight,
    tier: config.tier,
    state: config.state,
    // A socket makes another server of the same URL.
    loadKey: [site.name, `${url.origin}${basePath}`, ...(endpoint ? [endpoint.id] : [])].join(" "),
    maxInFlight: config.maxInFlight ?? Number.POSITIVE_INFINITY,
  };
}
