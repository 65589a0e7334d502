// Loads contenders in turn, in several rounds, so that other activity on the machine affects all of them alike. Each round runs
// the order forwards and backwards, because the first has an advantage. Each round starts new processes: two processes of the
// same Worker differ by up to a tenth for their whole life, depending on what their compilers saw first.
import type { Bench } from "./bench.ts";
import { type Contender, started } from "./contender.ts";
import type { Edge } from "./edges/edge.ts";
import { wrk } from "./load/wrk.ts";
import { keepOnCore } from "./machine/cores.ts";
import { cpuMsOf, peakMemoryMBOf } from "./machine/process-usage.ts";
import type { Skipped } from "./result.ts";

export interface Played {
  readonly contender: Contender;
  /** Two per round. */
  readonly samples: Sample[];
}

export interface Sample {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
  readonly peakMemoryMB: number;
}

/** The contenders that never failed, and why the others are out. One error is enough: an error costs less than an answer. */
export async function playRounds(
  contenders: readonly Contender[],
  bench: Bench,
): Promise<{ readonly fit: readonly Played[]; readonly skipped: readonly Skipped[] }> {
  const skipped: Skipped[] = [];
  const kept = new Map<Contender, Edge>();
  let fit: readonly Played[] = contenders.map((contender) => ({ contender, samples: [] }));
  try {
    for (let round = 1; round <= bench.rounds; round++) {
      const failures = await playRound(fit, kept, round, bench);
      skipped.push(...failures);
      fit = fit.filter(({ contender }) => !failures.some(({ name }) => name === contender.name));
    }
  } finally {
    await Promise.all([...kept.values()].map((edge) => edge.stop()));
  }
  return { fit, skipped };
}

async function playRound(
  all: readonly Played[],
  kept: Map<Contender, Edge>,
  round: number,
  bench: Bench,
): Promise<Skipped[]> {
  const failures: Skipped[] = [];
  const edges = new Map(kept);
  const isOut = (name: string) => failures.some((failure) => failure.name === name);
  /** Runs one step for each contender that has not failed. */
  const each = async (doing: string, step: (one: Played) => Promise<void>, order = all) => {
    for (const one of order) {
      const { name } = one.contender;
      if (isOut(name)) continue;
      bench.progress(`round ${round} of ${bench.rounds}, ${doing} ${name}`);
      await step(one).catch((error: Error) => failures.push({ name, because: error.message }));
    }
  };
  /** All at once on all cores: the warm-up does not count, and takes the longest. */
  const warmUpTogether = () =>
    Promise.all(
      all.map(async ({ contender }) => {
        const { name } = contender;
        const edge = edges.get(contender);
        if (!edge || isOut(name)) return;
        await warmUp(contender, edge, bench).catch((error: Error) =>
          failures.push({ name, because: error.message }),
        );
        if (!contender.onEveryCore) keepOnCore("edge", edge.pids);
      }),
    );
  try {
    await each("starts", async ({ contender }) => {
      if (edges.has(contender)) return;
      const edge = await started(contender, bench);
      edges.set(contender, edge);
      if (contender.startedOnce) kept.set(contender, edge);
    });
    bench.progress(`round ${round} of ${bench.rounds}, warms up`);
    await warmUpTogether();
    const load = async ({ contender, samples }: Played) => {
      await play(contender, edges.get(contender), LEAD_IN_SECONDS);
      samples.push(await play(contender, edges.get(contender), bench.seconds));
    };
    await each("loads", load);
    await each("loads", load, all.toReversed());
  } finally {
    const ending = [...edges].filter(([contender]) => !kept.has(contender));
    await Promise.all(ending.map(([, edge]) => edge.stop()));
  }
  return failures;
}

/** Connections are opened, and what others left in the core's caches is replaced, before the measured window begins. */
const LEAD_IN_SECONDS = 1;
const WARM_UP_SECONDS = 2;
/** A slow machine does not reach the warm-up goal. Then some measured code is not compiled, or runs for the first time. */
const MAX_WARM_UPS = 12;

/** Warms up compilers, caches and origin connections: every measured request has been made before. */
async function warmUp(contender: Contender, edge: Edge, { warmUpRequests }: Bench): Promise<void> {
  const enough = Math.max(warmUpRequests, contender.work.different ?? 0);
  let requests = 0;
  const work = contender.warmUpWork ?? contender.work;
  for (let time = 0; time < MAX_WARM_UPS && requests < enough; time++) {
    requests += (await play({ ...contender, work }, edge, WARM_UP_SECONDS)).requests;
  }
}

async function play(contender: Contender, edge: Edge | undefined, seconds: number): Promise<Sample> {
  if (!edge) throw new Error("was not started");
  const before = cpuMsOf(edge.pids);
  const { requests, requestsPerSecond, failures } = await wrk(edge.url, contender.work, seconds);
  const cpuMs = cpuMsOf(edge.pids) - before;
  if (failures > 0) throw new Error(`${failures} of ${requests} requests failed`);
  if (requests === 0) throw new Error("answered no request");
  const cpuMicros = (cpuMs * 1_000) / requests;
  return { requests, requestsPerSecond, cpuMicros, peakMemoryMB: peakMemoryMBOf(edge.pids) };
}
