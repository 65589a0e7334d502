// An isolate starts at once: from the start of the process until it listens, less what an empty Worker takes for it.
// workerd compiles and runs the Worker's top level before it listens, and tells no figure of its own.
import type { Claim } from "../claim.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";
import type { Bench } from "../bench.ts";

const TITLE = "Start-up of the isolate";
const STARTS_PER_ROUND = 2;

export const startUp: Claim = {
  name: "start-up",
  title: TITLE,
  run: async (bench) => {
    const empty: number[] = [];
    const headgate: number[] = [];
    for (let start = 0; start <= bench.rounds * STARTS_PER_ROUND; start++) {
      bench.progress(`start ${start} of ${bench.rounds * STARTS_PER_ROUND}`);
      const [withNothing, withHeadgate] = [await startMs("empty", bench), await startMs("headgate", bench)];
      if (start === 0) continue; // the first reads the program from the disk
      empty.push(withNothing);
      headgate.push(withHeadgate);
    }
    const more = headgate.map((ms, start) => ms - (empty[start] ?? Number.NaN));
    return {
      name: "start-up",
      title: TITLE,
      contenders: [],
      rows: [
        { name: "isolate start-up", unit: "ms", value: spreadOf(more) },
        { name: "process with headgate", unit: "ms", value: spreadOf(headgate) },
        { name: "process with an empty Worker", unit: "ms", value: spreadOf(empty) },
      ],
      skipped: [],
    };
  },
};

async function startMs(worker: "empty" | "headgate", bench: Bench): Promise<number> {
  await bench.bundles(worker);
  const started = performance.now();
  const edge = await onWorkerd({ worker, sites: oneSite(bench.origin.url) }, bench);
  const ms = performance.now() - started;
  await edge.stop();
  return ms;
}
