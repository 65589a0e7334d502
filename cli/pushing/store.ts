// Reads and writes the store of sites through wrangler's own commands: wrangler knows the account, and where the local
// emulation keeps its files.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { err, ok, type Result } from "../../shared/result.ts";
import { WRANGLER } from "../project.ts";
import { getArguments, type Place, putArguments, type StoreEntry } from "./push-plan.ts";

/** The maximum number of keys in one bulk read. */
const KEYS_AT_ONCE = 100;

/** The error is wrangler's output. */
export async function writeEntries(
  entries: readonly StoreEntry[],
  place: Place,
): Promise<Result<void, string>> {
  const written = await withFile(
    entries.map(({ key, value }) => ({ key, value })),
    (file) => wrangler(putArguments(file, place), place),
  );
  return written.ok ? ok(undefined) : written;
}

/** By key; null if there is none. */
export async function readEntries(
  keys: readonly string[],
  place: Place,
): Promise<Result<Map<string, string | null>, string>> {
  const found = new Map<string, string | null>();
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const read = await withFile(keys.slice(from, from + KEYS_AT_ONCE), (file) =>
      wrangler(getArguments(file, place), place),
    );
    if (!read.ok) return read;
    for (const [key, value] of parseEntries(read.value)) found.set(key, value);
  }
  return ok(found);
}

/** `{ "site:a": { "value": "…" }, "site:b": { "value": null } }` */
function parseEntries(output: string): [string, string | null][] {
  const parsed: unknown = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1));
  return Object.entries(parsed as Record<string, { value: string | null } | null>).map(([key, entry]) => [
    key,
    entry?.value ?? null,
  ]);
}

async function withFile<T>(content: unknown, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-push-"));
  try {
    const file = path.join(folder, "keys.json");
    await writeFile(file, JSON.stringify(content));
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its standard output; on failure, all of its output. */
function wrangler(words: readonly string[], { configFile }: Place): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [WRANGLER, ...words], {
      cwd: path.dirname(configFile),
      env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complained = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
    child.once("error", (error) => resolve(err(`wrangler could not be started: ${error.message}`)));
    child.once("close", (code) => {
      const said = stripVTControlCharacters(complained + printed).trim();
      resolve(code === 0 ? ok(printed) : err(said || `wrangler ended with ${code}`));
    });
  });
}
