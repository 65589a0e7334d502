// A claim about speed under load: contenders, all with the same work, loaded in turn, round after round, so that
// whatever else the machine does hits all of them alike. Only ratios within a round are worth anything.
import type { Bench } from "./bench.ts";
import type { Claim } from "./claim.ts";
import type { Edge } from "./edges/edge.ts";
import { type Work, wrk } from "./load/wrk.ts";
import { cpuMsOf, peakMemoryMBOf } from "./machine/process-usage.ts";
import type { ClaimResult, ContenderResult, Row, Skipped } from "./result.ts";
import { type Spread, spreadOf } from "./spread.ts";

export interface Contest {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Which rows come of it: `of` over `to`. */
  readonly comparisons: readonly { readonly of: string; readonly to: string }[];
}

export interface Contender {
  readonly name: string;
  readonly work: Work;
  /** A quick run does without it. */
  readonly onlyInFull?: boolean;
  /** Rejects where it cannot be had: its rows are left out, and it is said why. */
  start(bench: Bench): Promise<Edge>;
}

interface Running {
  readonly contender: Contender;
  readonly edge: Edge;
  readonly samples: Sample[];
}

interface Sample {
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
}

export function contest({ name, title, contenders, comparisons }: Contest): Claim {
  return {
    name,
    title,
    run: async (bench): Promise<ClaimResult> => {
      const skipped: Skipped[] = [];
      const running: Running[] = [];
      try {
        for (const contender of contenders) {
          if (bench.quick && contender.onlyInFull) continue;
          bench.progress(`starts ${contender.name}`);
          const edge = await contender.start(bench).catch((error: Error) => error);
          if (edge instanceof Error) skipped.push({ name: contender.name, because: edge.message });
          else running.push({ contender, edge, samples: [] });
        }
        const fit = await playRounds(running, skipped, bench);
        return {
          name,
          title,
          contenders: fit.map(contenderResult),
          rows: comparisons.flatMap((comparison) => rowsOf(fit, comparison)),
          skipped,
        };
      } finally {
        await Promise.all(running.map(({ edge }) => edge.stop()));
      }
    },
  };
}

/** Those who never failed. One that answers with errors is out: an error costs less than an answer. */
async function playRounds(all: readonly Running[], skipped: Skipped[], bench: Bench): Promise<Running[]> {
  let fit = [...all];
  // The first round warms up: compilers, caches, connections to the origin. It does not count.
  for (let round = 0; round <= bench.rounds; round++) {
    const order = round % 2 === 0 ? fit : fit.toReversed(); // nobody always comes after the same one
    for (const one of order) {
      bench.progress(
        `${one.contender.name}, ${round === 0 ? "warm-up" : `round ${round} of ${bench.rounds}`}`,
      );
      const sample = await play(one, bench.seconds).catch((error: Error) => error);
      if (sample instanceof Error) {
        skipped.push({ name: one.contender.name, because: sample.message });
        fit = fit.filter((other) => other !== one);
      } else if (round > 0) one.samples.push(sample);
    }
  }
  return fit;
}

async function play({ contender, edge }: Running, seconds: number): Promise<Sample> {
  const before = cpuMsOf(edge.pids);
  const load = await wrk(edge.url, contender.work, seconds);
  const cpuMs = cpuMsOf(edge.pids) - before;
  if (load.failures > 0) throw new Error(`${load.failures} of ${load.requests} requests failed`);
  if (load.requests === 0) throw new Error("answered no request");
  return { requestsPerSecond: load.requestsPerSecond, cpuMicros: (cpuMs * 1_000) / load.requests };
}

function contenderResult({ contender, edge, samples }: Running): ContenderResult {
  return {
    name: contender.name,
    requestsPerSecond: spreadOf(samples.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuMicros: spreadOf(samples.map(({ cpuMicros }) => cpuMicros)),
    peakMemoryMB: peakMemoryMBOf(edge.pids),
  };
}

/** None where one of the two is missing. */
function rowsOf(fit: readonly Running[], { of, to }: { of: string; to: string }): Row[] {
  const one = fit.find(({ contender }) => contender.name === of)?.samples;
  const other = fit.find(({ contender }) => contender.name === to)?.samples;
  if (!one || !other) return [];
  const ratio = (value: (sample: Sample) => number): Spread =>
    spreadOf(
      one.flatMap((sample, round) => {
        const beside = other[round];
        return beside ? [value(sample) / value(beside)] : [];
      }),
    );
  return [
    { name: `${of} / ${to}`, unit: "times", value: ratio(({ requestsPerSecond }) => requestsPerSecond) },
    { name: `${of} / ${to}, CPU`, unit: "cpu-times", value: ratio(({ cpuMicros }) => cpuMicros) },
  ];
}
