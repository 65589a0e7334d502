// The Server-Timing field: where the time went, for the browser's network panel. Only where the site asks.
import type { Outcome } from "../outcome.ts";
import { cacheWord } from "./log-record.ts";

export function serverTiming({ cache, sending }: Outcome, totalMs: number): string {
  const entries = [`edge;dur=${totalMs}`];
  if (cache) entries.push(`cache;desc=${cacheWord(cache)}`);
  for (const { origin, ms } of sending?.attempts ?? []) entries.push(`origin;desc="${origin.id}";dur=${ms}`);
  return entries.join(", ");
}
