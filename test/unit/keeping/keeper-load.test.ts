// How often a keeper is asked, by data centres with several isolates each, all with traffic. The figures stand in docs/operations.md.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { cachedSnapshots } from "../../../worker/adapters/cached-snapshots.ts";
import { type KnowPorts, latestSnapshot } from "../../../worker/keeping/known-snapshot.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const SITE = "shop.test";
const MINUTES = 10;
const STEP_MS = 100;

/** A data centre's cache that forgets nothing: the age is judged by the reader. */
function aCache(): Cache {
  const kept = new Map<string, Response>();
  return {
    match: async (url: string) => kept.get(url)?.clone(),
    put: async (url: string, response: Response) => void kept.set(url, response),
  } as unknown as Cache;
}

/** The same numbers each time. */
function spread(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function load(dataCentres: number, isolatesInEach: number) {
  let now = 1_000_000;
  const keepers = new KeepersInProcess(() => now);
  const background: Promise<unknown>[] = [];
  const isolates: KnowPorts[] = [];
  for (let place = 0; place < dataCentres; place++) {
    const near = cachedSnapshots(
      keepers,
      aCache(),
      () => ({ host: "shop.test", name: SITE }),
      () => now,
    );
    for (let count = 0; count < isolatesInEach; count++) {
      isolates.push({
        keepers: near,
        metrics: null,
        self: { isolate: `${place} ${count}`, place: String(place) },
        snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
        now: () => now,
        after: () => () => {},
        random: spread(1 + isolates.length),
        background: (work) => void background.push(work),
        log: { request: () => {}, warn: () => {} },
      });
    }
  }
  for (let step = 0; step < (MINUTES * 60_000) / STEP_MS; step++) {
    now += STEP_MS;
    for (const isolate of isolates) latestSnapshot(SITE, isolate);
    await Promise.all(background.splice(0));
  }
  const seconds = MINUTES * 60;
  const reads = keepers.asked.filter((asked) => asked.startsWith("read")).length;
  const reports = keepers.asked.length - reads;
  return { reads: reads / seconds / dataCentres, reports: reports / seconds / dataCentres };
}

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/operations.md"), "utf8");

describe("a keeper is asked", () => {
  it.each([
    [1, 1],
    [1, 3],
    [1, 10],
    [4, 3],
  ])(
    "by %d data centres with %d isolates each as often as the documentation says",
    async (places, isolates) => {
      const { reads, reports } = await load(places, isolates);
      expect(reads).toBeLessThan(1 / 3);
      expect(reports).toBeLessThan(isolates / 10 + 0.03);
      const told = new RegExp(`^\\| ${isolates} +\\| ([\\d.]+) `, "m").exec(page)?.[1];
      expect((reads + reports).toFixed(2)).toBe(told);
    },
  );
});
