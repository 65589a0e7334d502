// The origins of a site for people: what the site file says of each, what the keeper tells of it, and what traffic it had.
import type { AnswerOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import type { Origin } from "../balancing/pool.ts";
import { isFailedOutcome } from "../keeping/counts.ts";
import type { Tally } from "../keeping/ledger.ts";
import type { OriginSeen } from "../keeping/origins-seen.ts";
import { originName } from "../keeping/origins-told.ts";
import type { CompiledSite } from "../site.ts";

type Row = AnswerOf<Operations["listOrigins"]>["origins"][number];

/** In the order of the file; then those that it no longer names, and that are still drained. */
export function originsTable({ pools }: CompiledSite, { origins: seen, recent }: Tally): Row[] {
  const seenByName = new Map(seen.map((one) => [originName(one.pool, one.origin), one]));
  const traffic = trafficOf(recent.counts.attempts);
  const inFile = [...pools.values()].flatMap((pool) => {
    const whole = pool.origins.reduce(
      (sum, { id }) => sum + (traffic.get(originName(pool.id, id))?.attempts ?? 0),
      0,
    );
    return pool.origins.map((origin): Row => {
      const name = originName(pool.id, origin.id);
      const one = seenByName.get(name);
      seenByName.delete(name);
      const { attempts = 0, failed = 0 } = traffic.get(name) ?? {};
      return {
        pool: pool.id,
        origin: origin.id,
        state: origin.state,
        weight: origin.weight,
        tier: origin.tier,
        standing: standingOf(origin, one),
        ...probesOf(one),
        attempts,
        share: whole === 0 ? null : attempts / whole,
        failedShare: attempts === 0 ? null : failed / attempts,
      };
    });
  });
  const gone = [...seenByName.values()].filter(({ drained }) => drained);
  return [...inFile, ...gone.map(goneRow)];
}

function standingOf(
  { state, weight }: Pick<Origin, "state" | "weight">,
  seen: OriginSeen | undefined,
): Row["standing"] {
  if (state === "off" || weight === 0) return "off";
  if (state === "drain" || seen?.drained) return "drained";
  return seen?.down ? "down" : "good";
}

function probesOf(
  seen: OriginSeen | undefined,
): Pick<Row, "since" | "because" | "lastProbe" | "lastFailure"> {
  const { since = null, last = null, lastFailure = null } = seen?.probes ?? {};
  return { since, because: seen?.down?.because ?? null, lastProbe: last, lastFailure };
}

const goneRow = (seen: OriginSeen): Row => ({
  pool: seen.pool,
  origin: seen.origin,
  state: "gone",
  weight: 0,
  tier: 0,
  standing: "drained",
  ...probesOf(seen),
  attempts: 0,
  share: null,
  failedShare: null,
});

interface Traffic {
  readonly attempts: number;
  readonly failed: number;
}

/** From `pool origin attempt outcome` (keeping/counts.ts). */
function trafficOf(attempts: Tally["recent"]["counts"]["attempts"]): ReadonlyMap<string, Traffic> {
  const traffic = new Map<string, Traffic>();
  for (const [key, count] of Object.entries(attempts)) {
    const [pool = "", origin = "", , outcome = ""] = key.split(" ");
    const name = originName(pool, origin);
    const before = traffic.get(name) ?? { attempts: 0, failed: 0 };
    const failed = isFailedOutcome(outcome) ? count : 0;
    traffic.set(name, { attempts: before.attempts + count, failed: before.failed + failed });
  }
  return traffic;
}
