// How long is a body read for the store, where perhaps nobody else reads it any more? The client may have gone, and the
// origin may send no more: the work in the background would hold the connection for ever. Given up, it lets its half of the
// body go, and where the client's half is gone too the origin's connection is closed. Flow.

import type { Ports } from "../isolate.ts";
import type { ReadChunk } from "./replay.ts";

/** An origin that sends nothing for this long, or for twice as long at most, is given up on. */
const IDLE_MS = 10_000;
/** Ten minutes in all: one that sends a byte from time to time is given up on too. */
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

  /** Rejects where it takes too long. */
  readonly read: ReadChunk = async (reader) => {
    this.#reader = reader;
    const next = await reader.read();
    this.#reader = undefined;
    this.#hasMoved = true;
    if (this.#isOver) throw new Error("the body came too slowly to be stored"); // cancelled, it looks like a whole one
    return next;
  };

  /** To be called where nothing more is read. */
  end(): void {
    this.#callOff();
  }

  /** That nobody wants to read on just now is no fault of the origin's. */
  #turn(): void {
    const isIdle = this.#reader !== undefined && !this.#hasMoved;
    this.#hasMoved = false;
    if (isIdle || ++this.#turns >= TURNS_AT_MOST) {
      this.#isOver = true;
      this.#reader?.cancel().catch(() => {}); // broken already: as good
    } else {
      this.#callOff = this.#after(IDLE_MS, () => this.#turn());
    }
  }
}
