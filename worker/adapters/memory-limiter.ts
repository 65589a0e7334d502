// Counts in the memory of the isolate. The rules are in admission/limits/.
import { ok } from "../../shared/result.ts";
import { BucketTables, ISOLATE_BOUNDS } from "../admission/limits/bucket-tables.ts";
import { allowanceOf } from "../admission/limits/withdrawal.ts";
import type { Limiter } from "../ports.ts";

export function memoryLimiter(now: () => number): Limiter {
  let tables: BucketTables | undefined;
  // The runtime gives random bits within a request only.
  const all = () => {
    tables ??= new BucketTables(crypto.getRandomValues(new Uint32Array(2)), ISOLATE_BOUNDS);
    return tables;
  };
  return {
    take: ({ counts, key, cost, shape }) => ok(allowanceOf(all().take(counts, key, now(), cost, shape))),
    charge: ({ counts, key, cost, shape }) => void all().charge(counts, key, now(), cost, shape),
  };
}
