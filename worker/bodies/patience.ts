// How long is a body read for the store if perhaps nobody else reads it any more? The client may have gone, and the
// origin may have stopped sending, so the background work would hold the connection for ever. When it gives up, it
// cancels its branch of the body; if the client's branch is gone too, the connection to the origin is closed. Flow.

import type { Ports } from "../isolate.ts";
import { cancelQuietly } from "./cancel-quietly.ts";
import type { ReadChunk } from "./replay.ts";

/** An origin that sends nothing for this long (at most twice as long) is given up. */
const IDLE_MS = 10_000;
/** Ten minutes in total: an origin that sends a byte now and then is given up too. */
const TURNS_AT_MOST = 60;

export class Patience {
  readonly #after: Ports["after"];
  #callOff: () => void;
  #turns = 0;
  #reader: { cancel(): Promise<void> } | undefined;
  #hasMoved = false;
  #isOver = false;

  constructor({ after }: Pick<Ports, "after">) {
    this.#after = after;
    this.#callOff = after(IDLE_MS, () => this.#turn());
  }

  /** Rejects if it takes too long. */
  readonly read: ReadChunk = async (reader) => {
    this.#reader = reader;
    const next = await reader.read();
    this.#reader = undefined;
    this.#hasMoved = true;
    if (this.#isOver) throw new Error("the body came too slowly to be stored"); // a cancelled body looks like a complete one
    return next;
  };

  /** Must be called once nothing more is read. */
  end(): void {
    this.#callOff();
  }

  /** If no one is reading at the moment, the origin is not at fault. */
  #turn(): void {
    const isIdle = this.#reader !== undefined && !this.#hasMoved;
    this.#hasMoved = false;
    if (isIdle || ++this.#turns >= TURNS_AT_MOST) {
      this.#isOver = true;
      if (this.#reader) void cancelQuietly(this.#reader);
    } else {
      this.#callOff = this.#after(IDLE_MS, () => this.#turn());
    }
  }
}
