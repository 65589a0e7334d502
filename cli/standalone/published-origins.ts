// How the origins of published sites are reached: what new processes need for them, and a doorway for those that run already.
import type { Needed } from "./needed-endpoints.ts";
import { type OriginDoorway, openOriginDoorway } from "./origin-doorway.ts";
import { missingFor, NO_ORIGIN_MATERIAL, type OriginFiles, readOriginMaterial } from "./origin-material.ts";
import { PublishedNeeds } from "./published-needs.ts";

export class PublishedOrigins {
  readonly #needs: PublishedNeeds;
  readonly #files: OriginFiles;
  readonly #tell: (sentence: string) => void;
  #told: ReadonlySet<string> = new Set();
  #material = NO_ORIGIN_MATERIAL;
  #doorway: OriginDoorway | undefined;

  private constructor(folder: string, files: OriginFiles, tell: (sentence: string) => void) {
    this.#needs = new PublishedNeeds(folder);
    this.#files = files;
    this.#tell = tell;
  }

  static async open(
    folder: string,
    files: OriginFiles,
    tell: (sentence: string) => void,
  ): Promise<PublishedOrigins> {
    const published = new PublishedOrigins(folder, files, tell);
    await published.readMaterial();
    published.#doorway = await openOriginDoorway(() => published.#material);
    return published;
  }

  get doorway(): string | undefined {
    return this.#doorway?.url;
  }

  /** Without what no process could have, because the operator has not given it. That is told once. */
  async needed(): Promise<Needed> {
    const { all, probed } = await this.#needs.read();
    const missing = new Set<string>();
    for (const endpoint of all.values()) {
      const without = missingFor(endpoint, this.#files);
      if (!without) continue;
      missing.add(endpoint.id);
      if (this.#told.has(endpoint.id)) continue;
      const { name, option } = without;
      this.#tell(`${endpoint.site} names \`${name}\`, which is not given to it; start with \`${option}\``);
    }
    this.#told = missing; // of versions that are gone nothing is kept
    const given = (some: Needed["all"]) => new Map([...some].filter(([id]) => !missing.has(id)));
    return { all: given(all), probed: given(probed) };
  }

  follow(onChange: () => void): void {
    this.#needs.follow(onChange);
  }

  /** What has a fault is told by those that start processes with it. */
  async readMaterial(): Promise<void> {
    const read = await readOriginMaterial(this.#files);
    if (read.ok) this.#material = read.value;
  }

  close(): void {
    this.#needs.close();
    this.#doorway?.close();
  }
}
