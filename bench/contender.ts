// Something that is put under load: its name, its work, and how to start it.
import type { Bench } from "./bench.ts";
import type { Edge } from "./edges/edge.ts";
import { oneRequest } from "./load/one-request.ts";
import type { Work } from "./load/wrk.ts";

export interface Contender {
  readonly name: string;
  readonly work: Work;
  /** Used if the work takes too long to repeat for the warm-up. It takes the same path through the Worker. */
  readonly warmUpWork?: Work;
  /** A quick run skips it. */
  readonly onlyInFull?: boolean;
  /** Several processes, which would only share the one core that others have for themselves. */
  readonly onEveryCore?: boolean;
  /** Expensive to start, so one process serves all rounds. */
  readonly startedOnce?: boolean;
  /** Rejects if it is not available. Its rows are then left out, and the reason is printed. */
  start(bench: Bench): Promise<Edge>;
}

/** Starts it and checks the answer: a contender with another answer does other work. */
export async function started({ start, work }: Contender, bench: Bench): Promise<Edge> {
  const edge = await start(bench);
  try {
    const { status, bytes, coding } = await oneRequest(`${edge.url}${work.path}`, work.headers ?? {});
    const isWhole = work.coding === undefined ? bytes === work.bytes : bytes < work.bytes / 2;
    if (status !== 200 || coding !== work.coding || !isWhole) {
      const words = coding === undefined ? "" : ` of ${coding}`;
      throw new Error(`answers ${status} with ${bytes} bytes${words} in place of ${work.bytes}`);
    }
    return edge;
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
