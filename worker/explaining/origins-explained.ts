// Which origins may answer, with what probability, and which come after them?
import type { OriginUrlExplained, PoolExplained } from "../../shared/explain.ts";
import { formatDuration } from "../../shared/site/units.ts";
import { candidateGroups } from "../balancing/candidates.ts";
import { firstChoiceOdds } from "../balancing/choose.ts";
import type { Hashable } from "../balancing/hash-key.ts";
import type { Origin, Pool } from "../balancing/pool.ts";
import { ALL_GOOD } from "../balancing/pool-standing.ts";
import { limitOf } from "../balancing/timeouts.ts";
import { NO_ORIGINS_TOLD, originName } from "../keeping/origins-told.ts";
import type { OriginAsk } from "../message.ts";
import { authorityAt } from "../rewriting/from-origin.ts";
import type { ProxyAction } from "../site.ts";
import { explainSending } from "./sending-explained.ts";

type Sending = Pick<ProxyAction, "pool" | "mirror">;

/** Assumes that every origin is healthy: what an isolate has observed is known to that isolate alone. */
export function explainPool(
  { pool, mirror }: Sending,
  now: number,
  request: Hashable & { readonly nextPools: readonly string[] },
): PoolExplained {
  const known = { seen: ALL_GOOD, told: NO_ORIGINS_TOLD };
  const groups = candidateGroups(pool, known, now);
  return {
    id: pool.id,
    balance: pool.balance,
    firstChoice: firstChoiceOdds(pool, groups, request).map(({ origin, share }) => ({
      origin: origin.id,
      url: origin.url,
      share,
    })),
    failover: groups.slice(1).map(({ tier, candidates }) => ({
      tier,
      origins: candidates.map(({ origin }) => origin.id),
    })),
    outOfService: pool.origins.flatMap((origin) => {
      const because = whyOut(origin);
      return because === undefined ? [] : [{ origin: origin.id, because }];
    }),
    nextPools: request.nextPools,
    sorry: pool.sorry && (pool.sorry.kind === "pool" ? `pool ${pool.sorry.pool}` : "the edge"),
    sticky: pool.sticky && { cookie: pool.sticky.cookie, when: pool.sticky.when },
    attempts: pool.attempts,
    timeouts: timeoutsOf(pool),
    mirror: mirror && { pool: mirror.pool.id, share: mirror.share },
    probed: probedBy(pool),
    rules: explainSending(pool),
  };
}

/** Host and target as each origin in service sees them: its base path comes first. In failover order. */
export function urlsAt(pool: Pool, { target, authority }: OriginAsk): OriginUrlExplained[] {
  return pool.tiers.flatMap(({ origins }) =>
    origins.map((origin) => ({
      origin: origin.id,
      url: origin.basePath + target,
      host: authorityAt(origin, authority),
      isOwnHost: !origin.seenAs,
    })),
  );
}

function timeoutsOf({ firstByteMs, idleMs, totalMs }: Pool): string {
  const limits = { "first byte": firstByteMs, idle: limitOf(idleMs), total: totalMs };
  return Object.entries(limits)
    .flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${formatDuration(ms)}`]))
    .join(", ");
}

/** They differ only in the origin. */
function probedBy({ id: pool, probes: [probe], origins }: Pool): string | null {
  if (!probe) return null;
  const base = origins.find(({ id }) => probe.name === originName(pool, id))?.url ?? "";
  const { method, url, everyMs, everyWhenGoodMs } = probe;
  const whenGood = everyWhenGoodMs === everyMs ? "" : `, ${formatDuration(everyWhenGoodMs)} when good`;
  return `${method} ${url.slice(base.length)} every ${formatDuration(everyMs)}${whenGood}`;
}

function whyOut({ state, weight }: Origin): string | undefined {
  if (state !== "active") return state;
  return weight === 0 ? "weight 0" : undefined;
}
