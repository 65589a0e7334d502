// Plays one scenario before one balancer: starts everything, keeps a steady load, makes the trouble, ends it, and collects what
// the client saw and what the origins received.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Start } from "./balancers/balancer.ts";
import { type Load, startLoad } from "./load/client.ts";
import type { Played } from "./measures/played.ts";
import { startThree, type Three } from "./origins.ts";
import type { Scenario } from "./scenarios.ts";

export interface Pace {
  readonly perSecond: number;
  /** Load before anything happens. */
  readonly quietMs: number;
  readonly troubleMs: number;
  /** Load after the trouble. */
  readonly afterMs: number;
}

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 20_000;

export async function play(scenario: Scenario, start: Start, pace: Pace): Promise<Played> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-chaos-"));
  const origins = await startThree(folder);
  try {
    const balancer = await start(origins, folder);
    try {
      const withCached = scenario.victim === undefined;
      const load = startLoad(balancer.url, { perSecond: pace.perSecond, withCached });
      await pause(pace.quietMs);
      await untilEachAnswers(origins, load);
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

/** On a busy machine the first answers take their time, and a trouble that nobody meets shows nothing. */
async function untilEachAnswers(origins: Three, { outcomes }: Load): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    if (origins.every(({ id }) => outcomes.some(({ end, origin }) => end === "good" && origin === id)))
      return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error("not every origin gets requests, although nothing has happened yet");
}
