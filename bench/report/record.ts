// Where results are kept: a file for each day's run, the latest once more under a name that does not change, and the
// page and the picture made from it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BARS } from "../bars.ts";
import { type BenchResult, RESULT_FORMAT } from "../result.ts";
import { chart } from "./chart.ts";
import { withResults } from "./page.ts";

const RESULTS = path.join(import.meta.dirname, "../results");
const LATEST = path.join(RESULTS, "latest.json");
const PAGE = path.join(import.meta.dirname, "../../docs/performance.md");
const PICTURE = path.join(import.meta.dirname, "../../docs/performance.svg");

export async function record(measured: BenchResult): Promise<void> {
  const text = `${JSON.stringify(measured, withoutFalsePrecision, 2)}\n`;
  const result = JSON.parse(text) as BenchResult; // so that the page shows what the file holds
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path.join(RESULTS, `${result.at.slice(0, 10)}.json`), text);
  await writeFile(LATEST, text);
  await draw(result);
}

const withoutFalsePrecision = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(5)) : value;

/** The page and the picture, of a result that is there already. */
export async function draw(result: BenchResult): Promise<void> {
  await writeFile(PAGE, withResults(await readFile(PAGE, "utf8"), result, BARS));
  await writeFile(PICTURE, chart(result, BARS));
}

/** Throws where there is none, or one that this version cannot read. */
export async function latest(): Promise<BenchResult> {
  const text = await readFile(LATEST, "utf8").catch(() => undefined);
  if (text === undefined) throw new Error("no run is recorded yet: npm run bench records one");
  const result = JSON.parse(text) as BenchResult;
  if (result.format !== RESULT_FORMAT)
    throw new Error("the latest result is of another format: record a new one");
  return result;
}
