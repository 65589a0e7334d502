// Do two versions of a site share stored responses while one is rolled out? Where they ask the same origins for the same thing:
// the key says how a route asks and for whom it stores. It names the pool but not the pool's origins, so that a pool can grow
// without losing what is stored. In a rollout that would mix what old and new origins send, so such pools keep theirs apart
// (docs/decisions/0037).

import { inEachPool } from "../../balancing/each-pool.ts";
import type { Pool } from "../../balancing/pool.ts";
import type { Action, CompiledSite, ProxyAction } from "../../site.ts";

/** The next version as it serves beside the live one. */
export function besideLive(next: CompiledSite, live: CompiledSite): CompiledSite {
  const apart = [...next.pools.values()].filter((pool) => asksOthers(pool, live.pools.get(pool.id)));
  return apart.length === 0 ? next : { ...next, apartPools: new Set(apart.map(({ id }) => id)) };
}

/** A pool of another name is in no key of the live version. */
function asksOthers(pool: Pool, before: Pool | undefined): boolean {
  const urls = new Set(before?.origins.map(({ url }) => url));
  return (
    before !== undefined &&
    (pool.origins.length !== urls.size || pool.origins.some(({ url }) => !urls.has(url)))
  );
}

/** What is believed of the origins is kept apart too: they have the same ids. */
export function inRollout(action: Action, site: CompiledSite): Action {
  if (action.kind !== "proxy" || site.apartPools === undefined) return action;
  return inEachPool(action, (one) => apart(one, site));
}

function apart(action: ProxyAction, { apartPools, version }: CompiledSite): ProxyAction {
  if (!apartPools?.has(action.pool.id)) return action;
  const { cache, pool } = action;
  const place = cache && { ...cache.place, answeredBy: `${cache.place.answeredBy}~${version}` };
  return {
    ...action,
    pool: { ...pool, key: `${pool.key}~${version}` },
    cache: cache && place && { ...cache, place },
  };
}
