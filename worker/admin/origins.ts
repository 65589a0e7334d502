// The origins of a site: the keeper tells how they are, and drains one or puts it back.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { didYouMean } from "../../shared/site/did-you-mean.ts";
import { isInService, type Pool } from "../balancing/pool.ts";
import type { Ports } from "../isolate.ts";
import { originName } from "../keeping/origins-told.ts";
import type { CompiledSite } from "../site.ts";
import { asked } from "./of-the-keeper.ts";
import { originsTable } from "./origins-table.ts";

/** Whose traffic is shown. */
const LAST_MS = 60_000;

export async function listOrigins(
  { params }: GivenOf<Operations["listOrigins"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["listOrigins"]>, AdminRefusal>> {
  return asked(params.site, ports, async (keepers, site) => {
    const tally = await keepers.tally(params.site, LAST_MS);
    return tally.ok
      ? ok({ now: ports.now(), overMs: tally.value.recent.overMs, origins: originsTable(site, tally.value) })
      : tally;
  });
}

/** The keeper refuses it if none of the others is usable. */
export async function drain(
  { params, body }: GivenOf<Operations["drain"]>,
  ports: Ports,
): Promise<Result<{ revision: number }, AdminRefusal>> {
  const { site, pool: poolId, origin } = params;
  return asked(site, ports, async (keepers, compiled) => {
    const pool = poolNamed(poolId, compiled);
    if (!pool.ok) return pool;
    const unknown = objectionToOrigin(origin, pool.value);
    if (unknown) return err(unknown);
    const others = pool.value.origins
      .filter((one) => one.id !== origin && isInService(one))
      .map(({ id }) => id);
    const applied = await keepers.apply(site, {
      kind: "drain",
      pool: poolId,
      origin,
      on: true,
      ...(!body.force && { leaving: others }),
    });
    if (applied.ok || applied.error.reason !== "last-origin") return applied;
    return err({ reason: "last-origin", pool: poolId, origin });
  });
}

/** Also of an origin that the site no longer has: it may have been drained before. */
export async function undrain(
  { params }: GivenOf<Operations["undrain"]>,
  ports: Ports,
): Promise<Result<{ revision: number }, AdminRefusal>> {
  const { site, pool: poolId, origin } = params;
  return asked(site, ports, async (keepers, compiled) => {
    const state = await keepers.inspect(site);
    if (!state.ok) return state;
    if (!state.value.origins[originName(poolId, origin)]?.drained) {
      const pool = poolNamed(poolId, compiled);
      if (!pool.ok) return pool;
      const unknown = objectionToOrigin(origin, pool.value);
      if (unknown) return err(unknown);
    }
    return keepers.apply(site, { kind: "drain", pool: poolId, origin, on: false });
  });
}

function poolNamed(
  pool: string,
  { pools }: CompiledSite,
): Result<Pool, Extract<AdminRefusal, { reason: "unknown-pool" }>> {
  const found = pools.get(pool);
  const names = [...pools.keys()];
  return found
    ? ok(found)
    : err({ reason: "unknown-pool", pool, known: names, hint: didYouMean(pool, names) });
}

function objectionToOrigin(
  origin: string,
  { id, origins }: Pool,
): Extract<AdminRefusal, { reason: "unknown-origin" }> | undefined {
  const names = origins.map((one) => one.id);
  if (names.includes(origin)) return undefined;
  return { reason: "unknown-origin", pool: id, origin, known: names, hint: didYouMean(origin, names) };
}
