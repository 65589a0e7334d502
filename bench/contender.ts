// One that is loaded: what it is called, what is asked of it, and how it is started.
import type { Bench } from "./bench.ts";
import type { Edge } from "./edges/edge.ts";
import { oneRequest } from "./load/one-request.ts";
import type { Work } from "./load/wrk.ts";

export interface Contender {
  readonly name: string;
  readonly work: Work;
  /** Where the work itself is too long to be done often: what takes the same way through the Worker. */
  readonly warmUpWork?: Work;
  /** A quick run does without it. */
  readonly onlyInFull?: boolean;
  /** Costs so much to start that one process does for all rounds. */
  readonly startedOnce?: boolean;
  /** Rejects where it cannot be had: its rows are left out, and it is said why. */
  start(bench: Bench): Promise<Edge>;
}

/** And answering as it should: who answers something else does another work. */
export async function started({ start, work }: Contender, bench: Bench): Promise<Edge> {
  const edge = await start(bench);
  try {
    const { status, bytes } = await oneRequest(`${edge.url}${work.path}`, work.headers ?? {});
    if (status !== 200 || bytes !== work.bytes) {
      throw new Error(`answers ${status} with ${bytes} bytes in place of ${work.bytes}`);
    }
    return edge;
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
