// Which origins may answer, with what probability, and which come after them?
import type { OriginUrlExplained, PoolExplained } from "../../shared/explain.ts";
import { formatDuration } from "../../shared/site/units.ts";
import { candidateGroups, type Known } from "../balancing/candidates.ts";
import { firstChoiceOdds } from "../balancing/choose.ts";
import type { Hashable } from "../balancing/hash-key.ts";
import type { Origin, Pool } from "../balancing/pool.ts";
import { ALL_GOOD } from "../balancing/pool-standing.ts";
import type { Sorry } from "../balancing/sorry.ts";
import { limitOf } from "../balancing/timeouts.ts";
import { NO_ORIGINS_TOLD, originName } from "../keeping/origins-told.ts";
import type { OriginAsk } from "../message.ts";
import { authorityAt } from "../rewriting/from-origin.ts";
import type { ProxyAction } from "../site.ts";
import { explainBelief } from "./believed.ts";
import type { Facts } from "./foresee.ts";
import { explainSending } from "./sending-explained.ts";

type Sending = Pick<ProxyAction, "pool" | "mirror">;

/** What an isolate believes of the origins is known to that isolate alone. Elsewhere, every origin is taken for good. */
export function explainPool(
  { pool, mirror }: Sending,
  { now, known }: Pick<Facts, "now" | "known">,
  request: Hashable & { readonly nextPools: readonly string[]; readonly sorry: Sorry | null },
): PoolExplained {
  const believed = known?.(pool);
  const groups = candidateGroups(pool, believed ?? NOTHING, now);
  return {
    id: pool.id,
    balance: pool.balance,
    role: groups[0]?.role ?? null,
    firstChoice: firstChoiceOdds(pool, groups, request).map(({ origin, share }) => ({
      origin: origin.id,
      url: origin.url,
      share,
    })),
    failover: groups.slice(1).map(({ role, tier, candidates }) => ({
      role,
      tier,
      origins: candidates.map(({ origin }) => origin.id),
    })),
    outOfService: pool.origins.flatMap((origin) => {
      const because = whyOut(origin);
      return because === undefined ? [] : [{ origin: origin.id, because }];
    }),
    nextPools: request.nextPools,
    sorry: request.sorry && (request.sorry.kind === "pool" ? `pool ${request.sorry.pool}` : "the edge"),
    sticky: pool.sticky && { cookie: pool.sticky.cookie, when: pool.sticky.when },
    outlier: pool.outlier,
    believed: believed ? pool.inService.map((origin) => explainBelief(pool, origin, believed, now)) : null,
    attempts: pool.attempts,
    timeouts: timeoutsOf(pool),
    mirror: mirror && { pool: mirror.pool.id, share: mirror.share },
    probed: probedBy(pool),
    rules: explainSending(pool),
  };
}

const NOTHING: Known = { seen: ALL_GOOD, told: NO_ORIGINS_TOLD };

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
  const { method, url, everyMs, everyWhenGoodMs, everyInDoubtMs } = probe;
  const whenGood = everyWhenGoodMs === everyMs ? "" : `, ${formatDuration(everyWhenGoodMs)} when good`;
  const inDoubt = everyInDoubtMs === undefined ? "" : `, ${formatDuration(everyInDoubtMs)} in doubt`;
  return `${method} ${url.slice(base.length)} every ${formatDuration(everyMs)}${whenGood}${inDoubt}`;
}

function whyOut({ state, weight }: Origin): string | undefined {
  if (state !== "active") return state;
  return weight === 0 ? "weight 0" : undefined;
}
