// Reads the beginning of an upload that is kept for a retry, but not for ever: the client may stall. Flow.
import type { Ports } from "../isolate.ts";
import { cancelQuietly } from "./cancel-quietly.ts";
import type { ReadChunk } from "./replay.ts";

export interface ReadLimits {
  /** How long nothing may come. */
  readonly idleMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** What is read after `end` is not limited. */
export class TimedReading {
  readonly #ports: Pick<Ports, "after" | "now">;
  readonly #idleMs: number | undefined;
  readonly #callOffs: (() => void)[] = [];
  #movedAt: number;
  #reader: { cancel(): Promise<void> } | undefined;
  isLate = false;

  constructor({ idleMs, totalMs }: ReadLimits, ports: Pick<Ports, "after" | "now">) {
    this.#ports = ports;
    this.#idleMs = idleMs;
    this.#movedAt = ports.now();
    if (totalMs !== undefined) this.#callOffs.push(ports.after(totalMs, () => this.#giveUp()));
    if (idleMs !== undefined) this.#callOffs.push(ports.after(idleMs, () => this.#look(idleMs)));
  }

  /** Rejects when it has taken too long. */
  readonly read: ReadChunk = async (reader) => {
    this.#reader = reader;
    const next = await reader.read();
    if (this.#idleMs !== undefined) this.#movedAt = this.#ports.now();
    if (this.isLate) throw new Error("the upload came too slowly"); // a cancelled body looks like a complete one
    return next;
  };

  end(): void {
    for (const callOff of this.#callOffs) callOff();
  }

  /** One timer, set again when it fires, however many chunks have come in between. */
  #look(idleMs: number): void {
    const left = this.#movedAt + idleMs - this.#ports.now();
    if (left <= 0) this.#giveUp();
    else this.#callOffs.push(this.#ports.after(left, () => this.#look(idleMs)));
  }

  #giveUp(): void {
    this.isLate = true;
    if (this.#reader) void cancelQuietly(this.#reader);
  }
}
