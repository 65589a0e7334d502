// Keeps the processes of a run able to reach the origins of its sites: workerd has no service for a new way to reach one until the processes
// have been replaced.
import { ok, type Result } from "../../shared/result.ts";
import type { LoadedSite } from "../judge-file.ts";
import { covers, isIn, type Needed, NOTHING_NEEDED, neededBy, together } from "./needed-endpoints.ts";
import type { OriginFiles } from "./origin-material.ts";
import { PublishedOrigins } from "./published-origins.ts";

/**
 * Who may publish one site could otherwise empty the caches of all by publishing often, and fill the machine with old processes that
 * finish what they have. Meanwhile new origins are reached through the doorway.
 */
const LEAST_BETWEEN_MS = 30_000;

export interface Replacing {
  /** Replaces the processes that serve, and the state process as well if told. In turn with reloads. The error is a sentence. */
  readonly replace: (needed: () => Needed, withState: () => boolean) => Promise<Result<void, string>>;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

export class ReachedOrigins {
  readonly #replacing: Replacing;
  /** For the sites that are served, or are about to be. */
  #needed = NOTHING_NEEDED;
  /** What the processes have; undefined until they have started. */
  #had: Needed | undefined;
  #published: PublishedOrigins | undefined;
  #replacedAt = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(replacing: Replacing) {
    this.#replacing = replacing;
  }

  get needed(): Needed {
    return this.#needed;
  }

  /** The sites are published into this folder. */
  async openPublished(folder: string, files: OriginFiles): Promise<void> {
    this.#published = await PublishedOrigins.open(folder, files, this.#replacing.tell);
    this.#needed = await this.#published.needed();
  }

  get doorway(): string | undefined {
    return this.#published?.doorway;
  }

  /** Before processes are started with it. */
  async readMaterial(): Promise<void> {
    await this.#published?.readMaterial();
  }

  /** The processes have this. */
  has(needed: Needed): void {
    const isStart = this.#had === undefined;
    this.#had = needed;
    if (!isStart) return;
    if (!covers(needed, this.#needed)) void this.#reach(); // a file was saved meanwhile
    this.#published?.follow(() => void this.#followPublished());
  }

  /** `hold` makes the sites live. By then the processes reach their origins, and still those of the old ones. */
  async whileReached(sites: readonly LoadedSite[], hold: () => Promise<void>): Promise<void> {
    const wanted = neededBy(sites.map(({ site }) => site));
    const before = this.#needed;
    this.#needed = together(before, wanted);
    if (this.#had && !covers(this.#had, wanted)) {
      const reached = await this.#reach();
      if (!reached.ok) {
        this.#needed = before;
        throw new Error(reached.error);
      }
    }
    await hold();
    this.#needed = wanted;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#later);
    this.#published?.close();
  }

  async #followPublished(): Promise<void> {
    if (!this.#published || this.#isClosed) return;
    this.#needed = await this.#published.needed().catch(() => this.#needed);
    if (this.#isClosed || !this.#had || covers(this.#had, this.#needed)) return;
    clearTimeout(this.#later);
    const waitMs = this.#replacedAt + LEAST_BETWEEN_MS - performance.now();
    if (waitMs > 0) {
      this.#later = setTimeout(() => void this.#followPublished(), waitMs);
      return;
    }
    this.#replacedAt = performance.now();
    const reached = await this.#reach();
    if (!reached.ok && !this.#isClosed)
      this.#replacing.tell(`published sites reach their origins slowly, until a reload: ${reached.error}`);
  }

  async #reach(): Promise<Result<void, string>> {
    const { replace, tell } = this.#replacing;
    const reached = await replace(
      () => this.#needed,
      () => !isIn(this.#needed.probed, this.#had?.probed ?? new Map()),
    );
    if (!reached.ok) return reached;
    tell(
      "a site reaches its origins in a new way: new processes serve, with an empty cache; the old ones finish what they have",
    );
    return ok(undefined);
  }
}
