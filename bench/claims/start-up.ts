// An isolate starts at once. Measures the time from the start of the process until it listens, minus that of an empty Worker.
// workerd compiles and runs the Worker's top level before it listens, and does not report the time itself.

import type { Bench } from "../bench.ts";
import type { Claim } from "../claim.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { cpuMsOf } from "../machine/process-usage.ts";
import { oneSite } from "../sites.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "Start-up of the isolate";
const STARTS_PER_ROUND = 5;

export const startUp: Claim = {
  name: "start-up",
  title: TITLE,
  run: async (bench) => {
    const empty: Start[] = [];
    const headgate: Start[] = [];
    for (let start = 0; start <= bench.rounds * STARTS_PER_ROUND; start++) {
      bench.progress(`start ${start} of ${bench.rounds * STARTS_PER_ROUND}`);
      const [withNothing, withHeadgate] = [await startOf("empty", bench), await startOf("headgate", bench)];
      if (start === 0) continue; // the first start reads the program from disk
      empty.push(withNothing);
      headgate.push(withHeadgate);
    }
    const more = (of: (start: Start) => number) =>
      spreadOf(headgate.map((one, start) => of(one) - of(empty[start] ?? one)));
    return {
      name: "start-up",
      title: TITLE,
      contenders: [],
      rows: [
        { name: "isolate start-up", unit: "ms", value: more(({ ms }) => ms) },
        { name: "isolate start-up, CPU", unit: "ms", value: more(({ cpuMs }) => cpuMs) },
        { name: "process with headgate", unit: "ms", value: spreadOf(headgate.map(({ ms }) => ms)) },
        { name: "process with an empty Worker", unit: "ms", value: spreadOf(empty.map(({ ms }) => ms)) },
      ],
      skipped: [],
    };
  },
};

interface Start {
  readonly ms: number;
  /** Of all threads, including the compilers' threads. */
  readonly cpuMs: number;
}

async function startOf(worker: "empty" | "headgate", bench: Bench): Promise<Start> {
  await bench.bundles(worker);
  const started = performance.now();
  const edge = await onWorkerd({ worker, sites: oneSite(bench.origin.url) }, bench);
  const ms = performance.now() - started;
  const cpuMs = cpuMsOf(edge.pids);
  await edge.stop();
  return { ms, cpuMs };
}
