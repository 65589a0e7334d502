// How the origins of published sites are reached: what new processes need for them, and a doorway for those that run already.
import type { Needed } from "./needed-endpoints.ts";
import { type OriginDoorway, openOriginDoorway } from "./origin-doorway.ts";
import { missingFor, NO_ORIGIN_MATERIAL, type OriginFiles, readOriginMaterial } from "./origin-material.ts";
import { PublishedNeeds } from "./published-needs.ts";

export class PublishedOrigins {
  readonly #needs: PublishedNeeds;
  readonly #files: OriginFiles;
  readonly #tell: (sentence: string) => void;
  readonly #told = new Set<string>();
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

  async needed(): Promise<Needed> {
    const needed = await this.#needs.read();
    for (const endpoint of needed.all.values()) {
      const missing = this.#told.has(endpoint.id) ? undefined : missingFor(endpoint, this.#files);
      if (!missing) continue;
      this.#told.add(endpoint.id);
      const { name, option } = missing;
      this.#tell(`${endpoint.site} names \`${name}\`, which is not given to it; start with \`${option}\``);
    }
    return needed;
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
