// Which eviction policy keeps more of what is requested again: SIEVE, which the memory store uses, S3-FIFO, or LRU? All run in
// memory on the same traces, with the same result every time. Run: npm run bench:eviction (docs/decisions/0007).
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { SieveMap } from "../worker/caching/sieve.ts";
import { Lru } from "./eviction/lru.ts";
import type { EvictionPolicy } from "./eviction/policy.ts";
import { type Ratios, replay } from "./eviction/replay.ts";
import { S3Fifo } from "./eviction/s3-fifo.ts";
import { makeTrace } from "./eviction/trace.ts";

const POLICIES: Readonly<Record<string, (capacity: number) => EvictionPolicy>> = {
  SIEVE: (capacity) => new SieveMap<true>(capacity),
  "S3-FIFO": (capacity) => new S3Fifo(capacity),
  LRU: (capacity) => new Lru(capacity),
};
const SKEWS = [0.6, 0.8, 1, 1.2];
const SHARES = [0.01, 0.03, 0.1];
const OBJECTS = 20_000;
const REQUESTS = 150_000;
const SEED = 20_261_102;

interface Row {
  readonly scans: boolean;
  readonly skew: number;
  /** The cache's capacity, as a share of the bytes of all objects. */
  readonly share: number;
  readonly ratios: Readonly<Record<string, Ratios>>;
}

function* rows(): Generator<Row> {
  for (const scans of [false, true]) {
    for (const skew of SKEWS) {
      const trace = makeTrace({ objects: OBJECTS, requests: REQUESTS, skew, scans, seed: SEED });
      for (const share of SHARES) {
        const capacity = Math.floor(trace.workingSet * share);
        const ratios = Object.entries(POLICIES).map(([name, make]) => [name, replay(trace, make(capacity))]);
        yield { scans, skew, share, ratios: Object.fromEntries(ratios) };
      }
    }
  }
}

const rounded = (_key: string, value: unknown) =>
  typeof value === "number" ? Number(value.toFixed(4)) : value;
const percent = (ratio: number) => `${(ratio * 100).toFixed(1)}`.padStart(5);
const column = ({ hits, bytes }: Ratios) => `${percent(hits)} /${percent(bytes)}`;

console.log(`hits / bytes, in % of ${REQUESTS} requests for ${OBJECTS} objects`);
console.log(
  `scans  skew  room | ${Object.keys(POLICIES)
    .map((name) => name.padEnd(12))
    .join(" | ")}`,
);
const all: Row[] = [];
for (const row of rows()) {
  all.push(row);
  const place = `${row.scans ? "yes" : "no "}    ${row.skew.toFixed(1)}  ${percent(row.share)}`;
  console.log(`${place} | ${Object.values(row.ratios).map(column).join(" | ")}`);
}
const results = path.join(import.meta.dirname, "results");
await mkdir(results, { recursive: true });
const told = { objects: OBJECTS, requests: REQUESTS, seed: SEED, rows: all };
await writeFile(path.join(results, "eviction.json"), `${JSON.stringify(told, rounded, 2)}\n`);
