// A claim about speed under load: contenders with the same work, loaded in the same rounds. Only ratios within a round count,
// because a shared machine may be half as fast a minute later.
import type { Claim } from "./claim.ts";
import type { Contender } from "./contender.ts";
import type { ClaimResult, ContenderResult, Row } from "./result.ts";
import { type Played, playRounds, type Sample } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";

export interface Contest {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** One round is enough if a few percent do not matter. */
  readonly roughly?: boolean;
  /** The rows to report: `of` divided by `to`. */
  readonly comparisons: readonly Comparison[];
}

interface Comparison {
  readonly of: string;
  readonly to: string;
}

export function contest({ name, title, contenders, comparisons, roughly }: Contest): Claim {
  return {
    name,
    title,
    run: async (bench): Promise<ClaimResult> => {
      const wanted = contenders.filter(({ onlyInFull }) => !(bench.quick && onlyInFull));
      const { fit, skipped } = await playRounds(wanted, roughly ? { ...bench, rounds: 1 } : bench);
      const rows = comparisons.flatMap((comparison) => rowsOf(fit, comparison));
      return { name, title, contenders: fit.map(contenderResult), rows, skipped };
    },
  };
}

function contenderResult({ contender, samples }: Played): ContenderResult {
  return {
    name: contender.name,
    requestsPerSecond: spreadOf(samples.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuMicros: spreadOf(samples.map(({ cpuMicros }) => cpuMicros)),
    peakMemoryMB: Math.max(...samples.map(({ peakMemoryMB }) => peakMemoryMB)),
  };
}

/** Empty if one of the two is missing. */
function rowsOf(fit: readonly Played[], { of, to }: Comparison): Row[] {
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
