// Measures claims one after another, with one origin for all. A claim that fails does not affect the others.
import type { Claim } from "./claim.ts";
import { bundleCache } from "./edges/bundles.ts";
import { keepOnCore } from "./machine/cores.ts";
import { thisMachine } from "./machine/machine.ts";
import { ownFolder } from "./machine/own-folder.ts";
import { startOrigin } from "./origin.ts";
import type { Progress } from "./report/progress.ts";
import { type BenchResult, type ClaimResult, RESULT_FORMAT } from "./result.ts";

export interface Run {
  readonly claims: readonly Claim[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly progress: Progress;
  readonly onResult: (result: ClaimResult) => void;
}

const SECONDS_OF_LOAD = 1;
/** V8 compiles code that runs often: Headgate's first thousand requests cost twice as much as those after ten thousand. */
const WARM_UP_REQUESTS = 30_000;
const WARM_UP_REQUESTS_QUICK = 2_000;

export async function runClaims({ claims, quick, rounds, progress, onResult }: Run): Promise<BenchResult> {
  const at = new Date().toISOString();
  const folder = await ownFolder();
  const origin = await startOrigin(folder);
  keepOnCore("origin", origin.pids);
  const bench = {
    origin,
    folder,
    bundles: bundleCache(),
    rounds,
    seconds: SECONDS_OF_LOAD,
    warmUpRequests: quick ? WARM_UP_REQUESTS_QUICK : WARM_UP_REQUESTS,
    quick,
    progress: progress.doing,
  };
  const results: ClaimResult[] = [];
  try {
    for (const [index, claim] of claims.entries()) {
      progress.claim(claim.name, index + 1, claims.length);
      const result = await claim.run(bench).catch((error: Error) => broken(claim, error));
      results.push(result);
      progress.clear();
      onResult(result);
    }
  } finally {
    await origin.stop();
  }
  return { format: RESULT_FORMAT, at, quick, rounds, machine: thisMachine(), claims: results };
}

function broken({ name, title }: Claim, error: Error): ClaimResult {
  return { name, title, contenders: [], rows: [], skipped: [{ name: "all of it", because: error.message }] };
}
