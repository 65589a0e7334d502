// The scenarios of `npm run chaos` in a few seconds each: real origin processes, `headgate serve`, and only the bars that a slow
// machine cannot miss.
import { describe, expect, it } from "vitest";
import type { Start } from "../../bench/chaos/balancers/balancer.ts";
import { startHeadgate } from "../../bench/chaos/balancers/headgate.ts";
import { BARS, MACHINE_INDEPENDENT } from "../../bench/chaos/bars.ts";
import { measure } from "../../bench/chaos/measures/measure.ts";
import { type Pace, play } from "../../bench/chaos/run.ts";
import { SCENARIOS } from "../../bench/chaos/scenarios.ts";

/** A healthy origin answers sooner, however busy the machine is. */
const FIRST_BYTE_MS = 2_500;
/** The trouble lasts longer than the time-out for a frozen origin. */
const PACE: Pace = { perSecond: 50, quietMs: 500, troubleMs: 3_500, afterMs: 700 };
const LEAST_REQUESTS = 60;

const barsOf = (name: string) =>
  BARS.filter(({ scenario, measure: what }) => scenario === name && MACHINE_INDEPENDENT.has(what));

/** Most of the time nothing happens but the load, so several scenarios run at once. More would wait for the processor. */
const AT_ONCE = 3;
const PATIENCE_MS = 60_000;

const groups = Array.from({ length: Math.ceil(SCENARIOS.length / AT_ONCE) }, (_, at) =>
  SCENARIOS.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
);

describe.each(groups.map((group) => ({ group })))("under a steady load on three origins", ({ group }) => {
  it.concurrent.each(group)("clears its bars when $title", { timeout: PATIENCE_MS }, async (scenario) => {
    const start: Start = (origins, folder) => startHeadgate(origins, folder, FIRST_BYTE_MS);
    const played = await play(scenario, start, PACE);
    const measured = measure(scenario, played);
    const bars = barsOf(scenario.name);
    expect(bars.length).toBeGreaterThan(0);
    const failed = JSON.stringify(played.outcomes.filter(({ end }) => end !== "good").slice(0, 5));
    expect(Object.fromEntries(bars.map((bar) => [bar.measure, measured[bar.measure]])), failed).toEqual(
      Object.fromEntries(bars.map((bar) => [bar.measure, bar.atMost])),
    );
    // The load was there, and each origin took part in it before the trouble.
    expect(measured.requests).toBeGreaterThan(LEAST_REQUESTS);
    for (const { origin, receipts } of played.received) {
      const before = receipts.filter(({ at }) => at < played.begunAt);
      expect(before, `what ${origin} received`).not.toEqual([]);
    }
  });
});
