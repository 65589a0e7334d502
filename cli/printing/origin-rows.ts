// The rows of an explanation about the origins: which is asked first, what follows, and what limits that.
import type { Explanation, OutlierExplained } from "../../shared/explain.ts";
import { formatDuration } from "../../shared/site/units.ts";
import { asDetail, type ExplainRow } from "./explain-row.ts";
import { percent } from "./percent.ts";

/** Those of a site that names none. */
const USUAL_TIMEOUTS = "first byte 15s";

export function originRows({ pool }: Explanation): ExplainRow[] {
  if (!pool) return [];
  const probed = pool.probed === null ? "" : ` · probed: ${pool.probed}`;
  const assumed = pool.believed === null ? " · all taken for good" : "";
  const kept = pool.sticky ? ` · sticky: ${pool.sticky.cookie}, ${pool.sticky.when}` : "";
  const note = `pool ${pool.id} · ${pool.balance}${kept} · ${pool.attempts} attempts at most${probed}${assumed}`;
  const odds = pool.firstChoice.map(({ origin, share }) => `${origin} ${percent(share)}`);
  const first = odds.length > 0 ? odds.join("  ") : "none in service: 503 no-origin";
  return [
    { label: "origin", text: first, note },
    ...pool.failover.map(({ tier, origins }) => ({
      text: `then ${origins.join(", ")}`,
      note: `tier ${tier}: used when no tier before it has an origin left`,
    })),
    ...pool.nextPools.map((id) => ({
      text: `then pool ${id}`,
      note: "used when nobody of the pools before it has answered",
    })),
    ...(pool.sorry === null
      ? []
      : [{ text: `then ${pool.sorry}`, note: "sorry: used when no origin has answered" }]),
    ...pool.outOfService.map(({ origin, because }) => ({ text: `not ${origin}`, note: because })),
    ...pool.rules.map((text) => ({ text })),
    ...(pool.timeouts === USUAL_TIMEOUTS ? [] : [{ text: "time-outs", note: pool.timeouts }]),
    ...(pool.mirror
      ? [
          {
            text: `also ${pool.mirror.pool}`,
            note: `mirror: ${percent(pool.mirror.share)} of what goes to an origin`,
          },
        ]
      : []),
    ...outlierRows(pool.outlier).map(asDetail),
  ];
}

function outlierRows(rules: OutlierExplained): ExplainRow[] {
  const bad = `${rules.consecutive} bad statuses in a row or ${percent(rules.rate)} within ${formatDuration(rules.windowMs)}`;
  const limits = [
    ...(rules.maxEjected < 1 ? [`at most ${percent(rules.maxEjected)} of the origins`] : []),
    ...(rules.panic > 0 ? [`all are used below ${percent(rules.panic)}`] : []),
    ...(rules.asksWhenAllOut ? [] : ["503 when all are out"]),
  ];
  const note = [`no answer, ${bad}`, `slow start of ${formatDuration(rules.slowStartMs)}`, ...limits];
  return [{ text: `out for ${formatDuration(rules.ejectMs)}`, note: note.join(" · ") }];
}
