// A claim about speed under load: contenders, all with the same work, loaded in the same rounds. Only ratios within a
// round are worth anything: a shared machine is half as fast a minute later.
import type { Claim } from "./claim.ts";
import { type Contender, started } from "./contender.ts";
import { peakMemoryMBOf } from "./machine/process-usage.ts";
import type { ClaimResult, ContenderResult, Row, Skipped } from "./result.ts";
import { playRounds, type Running, type Sample } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";

export interface Contest {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Which rows come of it: `of` over `to`. */
  readonly comparisons: readonly { readonly of: string; readonly to: string }[];
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
          const edge = await started(contender, bench).catch((error: Error) => error);
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
