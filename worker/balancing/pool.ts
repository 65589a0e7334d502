// A pool as the pipeline uses it.
import type { OriginConfig, PoolConfig, RetryCause } from "../../shared/site/pool-schema.ts";
import type { OriginPlace } from "../rewriting/from-origin.ts";

export interface Origin extends OriginPlace {
  readonly id: string;
  /** Scheme, host, port and base path, without a trailing slash: the target is appended. */
  readonly url: string;
  readonly weight: number;
  readonly tier: number;
  readonly state: OriginConfig["state"];
}

/** Origins that share the load. The next tier is asked when this one has no origin left. */
export interface Tier {
  readonly tier: number;
  readonly origins: readonly Origin[];
}

export interface Pool {
  readonly id: string;
  /** Site and pool: the key under which the isolate remembers the health of the origins. */
  readonly key: string;
  readonly balance: PoolConfig["balance"];
  readonly origins: readonly Origin[];
  /** The origins in service, in failover order. */
  readonly tiers: readonly Tier[];
  readonly attempts: number;
  readonly retryOn: ReadonlySet<RetryCause>;
  readonly maxReplayBytes: number;
  readonly firstByteMs: number;
  readonly totalMs: number | undefined;
}

export function compilePool(siteName: string, id: string, config: PoolConfig): Pool {
  const origins = config.origins.map(compileOrigin);
  return {
    id,
    key: `${siteName}/${id}`,
    balance: config.balance,
    origins,
    tiers: tiersOf(origins.filter(isInService)),
    attempts: config.retry.attempts,
    retryOn: new Set(config.retry.on),
    maxReplayBytes: config.retry.maxBody,
    firstByteMs: config.timeout.firstByte,
    totalMs: config.timeout.total,
  };
}

/** No client is bound to an origin yet, so a drained origin serves no one. */
export const isInService = (origin: Origin): boolean => origin.state === "active" && origin.weight > 0;

function tiersOf(origins: readonly Origin[]): Tier[] {
  const byTier = Map.groupBy(origins, (origin) => origin.tier);
  return [...byTier].sort(([a], [b]) => a - b).map(([tier, members]) => ({ tier, origins: members }));
}

function compileOrigin(config: OriginConfig): Origin {
  const url = new URL(config.url);
  const basePath = url.pathname.endsWith("/") ? url.pathname.slice(0, -1) : url.pathname;
  return {
    id: config.id,
    url: url.origin + basePath,
    origin: url.origin,
    host: url.host,
    basePath,
    weight: config.weight,
    tier: config.tier,
    state: config.state,
  };
}
