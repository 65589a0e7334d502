// A run of some claims, put into the result of a whole run. Pure.
import type { BenchResult, Machine } from "../result.ts";

/** Throws if another machine has measured the whole: then nobody could compare the two. `order` is that of the report. */
export function withAdded(whole: BenchResult, part: BenchResult, order: readonly string[]): BenchResult {
  if (JSON.stringify(hardware(whole.machine)) !== JSON.stringify(hardware(part.machine)))
    throw new Error("the latest result is of another machine: record a whole run");
  const added = part.claims.map((claim) => ({ ...claim, at: part.at }));
  const kept = whole.claims.filter(({ name }) => !added.some((claim) => claim.name === name));
  const place = ({ name }: { readonly name: string }) => order.indexOf(name);
  return { ...whole, claims: [...kept, ...added].sort((a, b) => place(a) - place(b)) };
}

const hardware = ({ cores, cpu, memoryGiB }: Machine) => ({ cores, cpu, memoryGiB });
