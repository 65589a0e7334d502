// What several changes of a store came to together, and the order that they keep.
import type { Written } from "./site-store.ts";

export const NOTHING_WRITTEN: Written = { done: new Set(), unsure: new Set(), failure: undefined };

/** `second` came after `first`, which had not failed. */
export const bothWritten = (first: Written, second: Written): Written => ({
  done: new Set([...first.done, ...second.done]),
  unsure: new Set([...first.unsure, ...second.unsure]),
  failure: second.failure,
  ...(second.isOvertaken && { isOvertaken: true }),
});

/** Each step is complete before the next one begins, and the first one that fails is the last. */
export async function inOrder<One>(
  steps: readonly (readonly One[])[],
  act: (step: readonly One[]) => Promise<Written>,
): Promise<Written> {
  let written = NOTHING_WRITTEN;
  for (const step of steps) {
    if (step.length === 0) continue;
    written = bothWritten(written, await act(step));
    if (written.failure !== undefined) break;
  }
  return written;
}
