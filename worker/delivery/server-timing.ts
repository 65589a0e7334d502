// The Server-Timing field, for the browser's network panel. Sent only if the site asks for it.
import type { Outcome } from "../outcome.ts";
import { cacheWord } from "./log-record.ts";

export function serverTiming({ cache, sending }: Outcome, totalMs: number): string {
  const entries = [`edge;dur=${totalMs}`];
  if (cache) entries.push(`cache;desc=${cacheWord(cache)}`);
  for (const { origin, ms } of sending?.attempts ?? []) entries.push(`origin;desc="${origin.id}";dur=${ms}`);
  return entries.join(", ");
}
