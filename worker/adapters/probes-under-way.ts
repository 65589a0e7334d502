// Asks the origins that are due: six at a time at most, and one that hangs holds up no other.
import { type Probe, probeKey } from "../keeping/probe.ts";
import type { ProbeResult } from "../keeping/probed.ts";
import type { Origins } from "../ports.ts";
import { probeOrigin } from "./probe-origin.ts";
import { endOf } from "./within.ts";

/** The platform holds further connections back until one of six has answered. */
const AT_ONCE = 6;

export interface ProbeEnded {
  readonly probe: Probe;
  readonly result: ProbeResult;
}

export class ProbesUnderWay {
  readonly #origins: Pick<Origins, "fetch">;
  /** Of those that were asked and whose results were not taken yet. */
  readonly keys = new Set<string>();
  #waiting: Probe[] = [];
  #ended: ProbeEnded[] = [];
  readonly #workers = new Set<Promise<void>>();

  constructor(origins: Pick<Origins, "fetch">) {
    this.#origins = origins;
  }

  /** In place of those that still wait for their turn. */
  begin(due: readonly Probe[], now: () => number): void {
    this.#waiting = [...due];
    for (let free = AT_ONCE - this.#workers.size; free > 0 && this.#waiting.length > 0; free--) {
      const worker = this.#work(now).finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
  }

  async #work(now: () => number): Promise<void> {
    for (let probe = this.#waiting.shift(); probe; probe = this.#waiting.shift()) {
      this.keys.add(probeKey(probe));
      this.#ended.push({ probe, result: await probeOrigin(probe, this.#origins, now) });
    }
  }

  /** Whether all have ended within this time. */
  haveEnded(withinMs: number): Promise<boolean> {
    return endOf(Promise.all(this.#workers), withinMs, {
      arrived: () => true,
      failed: () => true,
      late: () => false,
    });
  }

  /** Those that have ended since it was last called. */
  take(): readonly ProbeEnded[] {
    const ended = this.#ended;
    this.#ended = [];
    for (const { probe } of ended) this.keys.delete(probeKey(probe));
    return ended;
  }
}
