// The one alarm of a keeper, for all the work that it does by itself: it goes off when the first of it is due.

/** An alarm that is this much late or early is not worth a write. */
const SAME_TIME_MS = 50;

export class KeeperAlarm {
  readonly #storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">;
  readonly #nextAt: (now: number) => readonly (number | undefined)[];
  /** Undefined until it is known; null if none is set. */
  #at: number | null | undefined;

  /** `nextAt` says when each kind of work is due next. */
  constructor(
    storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">,
    nextAt: (now: number) => readonly (number | undefined)[],
  ) {
    this.#storage = storage;
    this.#nextAt = nextAt;
  }

  wentOff(): void {
    this.#at = null;
  }

  async set(now: number): Promise<void> {
    const times = this.#nextAt(now).filter((at) => at !== undefined);
    if (times.length === 0) return;
    const at = Math.min(...times);
    this.#at ??= await this.#storage.getAlarm();
    // An alarm that seems far away was set before the clock was set back.
    if (this.#at !== null && Math.abs(this.#at - at) < SAME_TIME_MS) return;
    if (this.#at !== null && this.#at < at && this.#at >= now) return;
    this.#at = at;
    await this.#storage.setAlarm(at);
  }
}
