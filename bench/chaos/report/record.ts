// Stores the result of a whole run, and the page made from it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type ChaosResult, RESULT_FORMAT } from "../result.ts";
import { withResults } from "./page.ts";

const LATEST = path.join(import.meta.dirname, "../results/latest.json");
const PAGE = path.join(import.meta.dirname, "../../../docs/resilience.md");

export async function record(measured: ChaosResult): Promise<void> {
  const text = `${JSON.stringify(measured, withoutFalsePrecision, 2)}\n`;
  await mkdir(path.dirname(LATEST), { recursive: true });
  await writeFile(LATEST, text);
  await draw(JSON.parse(text) as ChaosResult); // so that the page shows what the file contains
}

const withoutFalsePrecision = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(5)) : value;

/** The page for an existing result. */
export async function draw(result: ChaosResult): Promise<void> {
  await writeFile(PAGE, withResults(await readFile(PAGE, "utf8"), result));
}

/** Throws if there is none, or if this version cannot read it. */
export async function latest(): Promise<ChaosResult> {
  const text = await readFile(LATEST, "utf8").catch(() => undefined);
  if (text === undefined) throw new Error("no run is recorded yet: npm run chaos records one");
  const result = JSON.parse(text) as ChaosResult;
  if (result.format !== RESULT_FORMAT)
    throw new Error("the latest result is of another format: record a new one");
  return result;
}
