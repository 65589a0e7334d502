// Stores results: one file per day, a copy of the latest under a fixed name, and the page and picture made from it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BARS } from "../bars.ts";
import { type BenchResult, RESULT_FORMAT } from "../result.ts";
import { chart } from "./chart.ts";
import { withResults } from "./page.ts";
import { withAdded } from "./with-added.ts";

const RESULTS = path.join(import.meta.dirname, "../results");
const LATEST = path.join(RESULTS, "latest.json");
const PAGE = path.join(import.meta.dirname, "../../docs/performance.md");
const PICTURE = path.join(import.meta.dirname, "../../docs/performance.svg");

export async function record(measured: BenchResult): Promise<void> {
  const text = `${JSON.stringify(measured, withoutFalsePrecision, 2)}\n`;
  const result = JSON.parse(text) as BenchResult; // so that the page shows what the file contains
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path.join(RESULTS, `${result.at.slice(0, 10)}.json`), text);
  await writeFile(LATEST, text);
  await draw(result);
}

/** Some claims, beside what the latest result has of the others. */
export async function add(measured: BenchResult, order: readonly string[]): Promise<void> {
  const result = withAdded(await latest(), measured, order);
  const text = `${JSON.stringify(result, withoutFalsePrecision, 2)}\n`;
  await writeFile(LATEST, text);
  await draw(JSON.parse(text) as BenchResult);
}

const withoutFalsePrecision = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(5)) : value;

/** The page and the picture for an existing result. */
export async function draw(result: BenchResult): Promise<void> {
  await writeFile(PAGE, withResults(await readFile(PAGE, "utf8"), result, BARS));
  await writeFile(PICTURE, chart(result, BARS));
}

/** Throws if there is none, or if this version cannot read it. */
export async function latest(): Promise<BenchResult> {
  const text = await readFile(LATEST, "utf8").catch(() => undefined);
  if (text === undefined) throw new Error("no run is recorded yet: npm run bench records one");
  const result = JSON.parse(text) as BenchResult;
  if (result.format !== RESULT_FORMAT)
    throw new Error("the latest result is of another format: record a new one");
  return result;
}
