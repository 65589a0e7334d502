// How much memory does an entry take, compared with worker/caching/weight.ts? Measures the resident memory of workerd, where
// the store runs, after a garbage collection. Run: npm run bench:entry-weight
import { readFile } from "node:fs/promises";
import path from "node:path";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../cli/standalone/bundle.ts";
import { runWorkerd } from "../cli/standalone/run-workerd.ts";
import type { Shape } from "./entry-weight/fill.ts";

const SHAPES: readonly Shape[] = [
  { fields: 0, bodyBytes: 0 },
  { fields: 0, bodyBytes: 500 },
  { fields: 5, bodyBytes: 500 },
  { fields: 20, bodyBytes: 0 },
  { fields: 20, bodyBytes: 2_000 },
  { fields: 20, bodyBytes: 10_000 },
  { fields: 100, bodyBytes: 0 },
];
/** The difference between these two counts, so that memory that is used anyway or never returned matters little. */
const [FEW, MANY] = [5_000, 40_000];

/** Each shape gets its own process, because memory left by another would be counted too. */
async function measure(shape: Shape): Promise<{ counted: number; resident: number }> {
  const workerd = await runWorkerd({
    worker: await bundleWorker(path.join(import.meta.dirname, "entry-weight/worker.ts")),
    sites: {},
    address: "127.0.0.1:0",
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    vars: {},
    v8Flags: ["--expose-gc"],
    onOutput: () => {}, // it warns that its own compile cache does not fit the flag
  });
  try {
    const fill = async (entries: number) => {
      const query = `fields=${shape.fields}&bodyBytes=${shape.bodyBytes}&entries=${entries}`;
      const response = await fetch(`http://127.0.0.1:${workerd.port}/?${query}`);
      return (await response.json()) as { counted: number };
    };
    await fill(FEW);
    const before = await residentBytes(workerd.pid);
    const { counted } = await fill(MANY);
    const resident = (await residentBytes(workerd.pid)) - before;
    return { counted: counted / MANY, resident: resident / (MANY - FEW) };
  } finally {
    await workerd.stop();
  }
}

async function residentBytes(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1_024;
}

console.log("  fields    body  counted resident (bytes for each entry)");
for (const shape of SHAPES) {
  const { counted, resident } = await measure(shape);
  const columns = [shape.fields, shape.bodyBytes, counted, resident];
  console.log(columns.map((column) => column.toFixed(0).padStart(8)).join(" "));
}
