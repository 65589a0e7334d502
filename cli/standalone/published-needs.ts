// What do the origins of the published sites need? The folder is the state process's, which writes each file once and whole: a version never
// changes. So a file is read when it is first seen.
import { type FSWatcher, watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Site } from "../../shared/site/schema.ts";
import { readStored } from "../../shared/site/stored.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { type Needed, NOTHING_NEEDED, neededBy, together } from "./needed-endpoints.ts";

const REST_MS = 50;
/** Open files. */
const AT_ONCE = 32;

export class PublishedNeeds {
  readonly #folder: string;
  /** By the name of the file. */
  #known = new Map<string, Needed>();
  #watcher: FSWatcher | undefined;
  #rest: NodeJS.Timeout | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Of every version that is kept, so that a rollback needs no new processes. */
  read(): Promise<Needed> {
    const needed = this.#reading.then(() => this.#readFolder());
    this.#reading = needed.catch(() => {});
    return needed;
  }

  /** `onChange` when writing has settled. A notice that is lost is made up for by the next. */
  follow(onChange: () => void): void {
    this.#watcher = watch(this.#folder, () => {
      clearTimeout(this.#rest);
      this.#rest = setTimeout(onChange, REST_MS);
    });
    this.#watcher.on("error", () => {});
  }

  close(): void {
    this.#watcher?.close();
    clearTimeout(this.#rest);
  }

  async #readFolder(): Promise<Needed> {
    const names = (await readdir(this.#folder)).filter((name) => /^(?:site|version):/.test(name));
    const fresh = names.filter((name) => name.startsWith("site:") || !this.#known.has(name));
    const known = new Map(names.flatMap((name) => keptFrom(this.#known, name)));
    for (let from = 0; from < fresh.length; from += AT_ONCE) {
      const some = fresh.slice(from, from + AT_ONCE);
      const read = await Promise.all(some.map((name) => neededIn(path.join(this.#folder, name))));
      for (const [index, name] of some.entries()) known.set(name, read[index] ?? NOTHING_NEEDED);
    }
    this.#known = known;
    return [...known.values()].filter((one) => one !== NOTHING_NEEDED).reduce(together, NOTHING_NEEDED);
  }
}

const keptFrom = (known: ReadonlyMap<string, Needed>, name: string): [string, Needed][] => {
  const needed = known.get(name);
  return needed ? [[name, needed]] : [];
};

/** Nothing if it is a record, a pointer, or no valid site: the edge serves none of these. */
async function neededIn(file: string): Promise<Needed> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (!/"(?:host|tls|socket)"/.test(text)) return NOTHING_NEEDED;
  const site = siteIn(text);
  const needed = site && neededBy([site]);
  return needed && needed.all.size > 0 ? needed : NOTHING_NEEDED;
}

function siteIn(text: string): Site | undefined {
  const stored = readStored(text);
  if (!stored.ok) return undefined;
  switch (stored.value.kind) {
    case "pointer":
    case "record":
      return undefined;
    case "checked": {
      const valid = validateSite(JSON.parse(stored.value.fileJson));
      return valid.ok ? valid.value : undefined;
    }
    case "unchecked": {
      const valid = validateSite(stored.value.file);
      return valid.ok ? valid.value : undefined;
    }
  }
}
