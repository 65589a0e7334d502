// The local store of `wrangler dev` as a store of sites, through wrangler's own commands: wrangler knows where it keeps its
// files, and takes any number of keys at once.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { Present, SiteStore, StoreEntry, Written } from "../../worker/publishing/site-store.ts";
import type { LocalPlace } from "./place.ts";
import { wrangler } from "./run-wrangler.ts";

export class LocalKv implements SiteStore {
  readonly #place: LocalPlace;

  constructor(place: LocalPlace) {
    this.#place = place;
  }

  async read(keys: readonly string[]): Promise<Result<Present, string>> {
    if (keys.length === 0) return ok(new Map());
    const read = await this.#withFile(["bulk", "get"], keys);
    if (!read.ok) return read;
    // `{ "site:a": { "value": "…" }, "site:b": { "value": null } }`
    const parsed = jsonIn(read.value, "{", "}") as Record<string, { value: string | null }>;
    return ok(new Map(Object.entries(parsed).map(([key, { value }]) => [key, value])));
  }

  async list(): Promise<Result<string[], string>> {
    const listed = await this.#wrangler(["key", "list", "--prefix", siteKey("")]);
    return listed.ok
      ? ok((jsonIn(listed.value, "[", "]") as { name: string }[]).map(({ name }) => name))
      : listed;
  }

  async write(entries: readonly StoreEntry[]): Promise<Written> {
    const keys = entries.map(({ key }) => key);
    const written = await this.#withFile(
      ["bulk", "put"],
      entries.map(({ key, value }) => ({ key, value })),
    );
    if (!written.ok) return { done: new Set(), unsure: new Set(keys), failure: written.error };
    const found = await this.read(keys);
    if (!found.ok) return { done: new Set(), unsure: new Set(keys), failure: found.error };
    const done = entries.filter(({ key, value }) => found.value.get(key) === value).map(({ key }) => key);
    const failure =
      done.length < keys.length ? "not everything that was written is in the store afterwards" : undefined;
    return { done: new Set(done), unsure: new Set(), failure };
  }

  async remove(keys: readonly string[]): Promise<Written> {
    const removed = await this.#withFile(["bulk", "delete", "--force"], keys);
    return removed.ok
      ? { done: new Set(keys), unsure: new Set(), failure: undefined }
      : { done: new Set(), unsure: new Set(keys), failure: removed.error };
  }

  async #withFile(words: readonly string[], content: unknown): Promise<Result<string, string>> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-push-"));
    try {
      const file = path.join(folder, "keys.json");
      await writeFile(file, JSON.stringify(content));
      return await this.#wrangler([...words, file]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #wrangler(words: readonly string[]): Promise<Result<string, string>> {
    return wrangler(["kv", ...words, ...storeArguments(this.#place)], this.#place);
  }
}

/** wrangler prints more than the JSON: warnings about the configuration, and where it looked. */
const jsonIn = (output: string, first: string, last: string): unknown =>
  JSON.parse(output.slice(output.indexOf(first), output.lastIndexOf(last) + 1));

export function storeArguments({ configFile, env, binding, folder }: LocalPlace): string[] {
  return [
    "--config",
    configFile,
    "--binding",
    binding,
    ...(env === undefined ? [] : ["--env", env]),
    "--local",
    ...(folder === undefined ? [] : ["--persist-to", folder]),
  ];
}
