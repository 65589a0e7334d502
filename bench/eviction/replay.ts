// Replays a trace, and measures how much of it a policy answers.
import type { EvictionPolicy } from "./policy.ts";
import type { Trace } from "./trace.ts";

export interface Ratios {
  /** Share of requests. */
  readonly hits: number;
  /** Share of their bytes. */
  readonly bytes: number;
}

/** Counts from the second quarter on, when every policy is full. */
export function replay({ asked, sizes }: Trace, policy: EvictionPolicy): Ratios {
  const from = Math.floor(asked.length / 4);
  let [hits, hitBytes, bytes] = [0, 0, 0];
  asked.forEach((object, at) => {
    const key = String(object);
    const size = sizes[object] ?? 0;
    const hit = policy.get(key) === true;
    if (!hit) policy.set(key, true, size);
    if (at < from) return;
    bytes += size;
    if (hit) {
      hits++;
      hitBytes += size;
    }
  });
  return { hits: hits / (asked.length - from), bytes: hitBytes / bytes };
}
