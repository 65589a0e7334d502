// How many requests waited while the trouble lasted? Pure.
import { type Measured, WAITED_MS } from "./measures.ts";
import type { Played } from "./played.ts";

export function waits({ outcomes, begunAt, endsAt }: Omit<Played, "received">): Measured {
  const times = outcomes
    .filter(({ sentAt }) => sentAt >= begunAt && sentAt < endsAt)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  if (times.length === 0) return {};
  return {
    waited: times.filter((ms) => ms >= WAITED_MS).length / times.length,
    p99: times[Math.ceil(times.length * 0.99) - 1] ?? null,
  };
}
