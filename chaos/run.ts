// Plays one scenario before one balancer: starts everything, keeps a steady load, makes the trouble, ends it, and collects what
// the client saw and what the origins received.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Start } from "./balancers/balancer.ts";
import { startLoad } from "./load/client.ts";
import type { Played } from "./measures/played.ts";
import { startThree } from "./origins.ts";
import type { Scenario } from "./scenarios.ts";

export interface Pace {
  readonly perSecond: number;
  /** Load before anything happens. */
  readonly quietMs: number;
  readonly troubleMs: number;
  /** Load after the trouble. */
  readonly afterMs: number;
}

export async function play(scenario: Scenario, start: Start, pace: Pace): Promise<Played> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-chaos-"));
  const origins = await startThree(folder);
  try {
    const balancer = await start(origins, folder);
    try {
      const withCached = scenario.victim === undefined;
      const load = startLoad(balancer.url, { perSecond: pace.perSecond, withCached });
      await pause(pace.quietMs);
      const stage = { origins, balancer };
      await scenario.begin(stage);
      const begunAt = Date.now();
      await pause(scenario.troubleMs ?? pace.troubleMs);
      const endsAt = Date.now();
      await scenario.end(stage);
      const endedAt = Date.now();
      await pause(pace.afterMs);
      await load.stop();
      const received = origins.map((origin) => ({ origin: origin.id, receipts: origin.received() }));
      return { outcomes: load.outcomes, received, begunAt, endsAt, endedAt };
    } finally {
      await balancer.stop();
    }
  } finally {
    await Promise.all(origins.map((origin) => origin.kill()));
    await rm(folder, { recursive: true, force: true });
  }
}
