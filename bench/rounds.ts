// Loads contenders in turn, round after round, so that whatever else the machine does hits all of them alike.
import type { Bench } from "./bench.ts";
import type { Contender } from "./contender.ts";
import type { Edge } from "./edges/edge.ts";
import { wrk } from "./load/wrk.ts";
import { cpuMsOf } from "./machine/process-usage.ts";
import type { Skipped } from "./result.ts";

export interface Running {
  readonly contender: Contender;
  readonly edge: Edge;
  /** One for each round. */
  readonly samples: Sample[];
}

export interface Sample {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
}

/** Those who never failed. One that answers with errors is out: an error costs less than an answer. */
export async function playRounds(
  all: readonly Running[],
  skipped: Skipped[],
  bench: Bench,
): Promise<readonly Running[]> {
  let fit = all;
  const drop = (one: Running) => (error: Error) => {
    skipped.push({ name: one.contender.name, because: error.message });
    fit = fit.filter((other) => other !== one);
  };
  for (const one of all) {
    bench.progress(`${one.contender.name}, warm-up`);
    await warmUp(one, bench.seconds).catch(drop(one));
  }
  for (let round = 1; round <= bench.rounds; round++) {
    const order = round % 2 === 0 ? fit : fit.toReversed(); // nobody always comes after the same one
    for (const one of order) {
      bench.progress(`${one.contender.name}, round ${round} of ${bench.rounds}`);
      await play(one, bench.seconds).then((sample) => one.samples.push(sample), drop(one));
    }
  }
  return fit;
}

/** A slow machine does not get round all of ten thousand: then some of what is measured is the first time. */
const MAX_WARM_UPS = 10;

/** Compilers, caches, connections to the origin: what is asked for has been asked for before. */
async function warmUp(running: Running, seconds: number): Promise<void> {
  let requests = 0;
  for (let round = 0; round < MAX_WARM_UPS; round++) {
    requests += (await play(running, seconds)).requests;
    if (requests >= (running.contender.work.different ?? 0)) return;
  }
}

async function play({ contender, edge }: Running, seconds: number): Promise<Sample> {
  const before = cpuMsOf(edge.pids);
  const { requests, requestsPerSecond, failures } = await wrk(edge.url, contender.work, seconds);
  const cpuMs = cpuMsOf(edge.pids) - before;
  if (failures > 0) throw new Error(`${failures} of ${requests} requests failed`);
  if (requests === 0) throw new Error("answered no request");
  return { requests, requestsPerSecond, cpuMicros: (cpuMs * 1_000) / requests };
}
