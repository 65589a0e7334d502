// How long is a body read for the store if perhaps nobody else reads it any more? The client may have gone, and the
// origin may have stopped sending, so the background work would hold the connection for ever. When the store gives up, the
// client's branch of the body may still hold the connection: the runtime does not notice that a client has gone while it has
// nothing to send to it. So the store's branch is watched on, and a body that has stalled is cut off for everyone. Flow.

import type { Ports } from "../isolate.ts";
import { cancelQuietly } from "./cancel-quietly.ts";
import type { ReadChunk } from "./replay.ts";

/** An origin that sends nothing for this long (at most twice as long) is given up by the store. */
const IDLE_MS = 10_000;
/** Ten minutes in total: an origin that sends a byte now and then is given up too. */
const TURNS_AT_MOST = 60;
/** An origin that sends nothing for a minute is cut off. */
const IDLE_TURNS_AT_MOST = 6;
/** How much is read only to watch. The copy of a client that reads more slowly is in memory for as long. */
const WATCHED_BYTES = 1_048_576;

type Reader = Parameters<ReadChunk>[0];
type Chunk = Awaited<ReturnType<ReadChunk>>;

export class Patience {
  readonly #after: Ports["after"];
  readonly #cutOff: (() => void) | undefined;
  readonly #isOver = Promise.withResolvers<void>();
  #callOff: () => void;
  #turns = 0;
  #idleTurns = 0;
  #waiting: { readonly reader: Reader; readonly reject: (error: Error) => void } | undefined;
  #hasMoved = false;
  #hasGivenUp = false;

  /** It took too long. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** `cutOff` ends the body for all who read it. Without it nothing is watched after the store has given up. */
  constructor({ after }: Pick<Ports, "after">, cutOff?: () => void) {
    this.#after = after;
    this.#cutOff = cutOff;
    this.#callOff = after(IDLE_MS, () => this.#turn());
  }

  /** Rejects if it takes too long. */
  readonly read: ReadChunk = (reader) =>
    new Promise((resolve, reject) => {
      this.#waiting = { reader, reject };
      if (this.#hasGivenUp) reject(tooSlow());
      reader.read().then(
        (next) => {
          this.#hasMoved = true;
          if (this.#hasGivenUp) return this.#watch(reader, next);
          this.#waiting = undefined;
          return resolve(next);
        },
        (error: Error) => {
          this.#endWatch();
          reject(error);
        },
      );
    });

  /** Must be called once nothing more is stored. Resolves when nothing is watched either. */
  end(): Promise<void> {
    if (!this.#hasGivenUp || this.#waiting === undefined) this.#endWatch();
    return this.#isOver.promise;
  }

  /** If no one is reading at the moment, the origin is not at fault. */
  #turn(): void {
    const isIdle = this.#waiting !== undefined && !this.#hasMoved;
    this.#hasMoved = false;
    this.#idleTurns = isIdle ? this.#idleTurns + 1 : 0;
    if (!this.#hasGivenUp && (isIdle || ++this.#turns >= TURNS_AT_MOST)) this.#giveUp();
    if (this.#idleTurns >= IDLE_TURNS_AT_MOST) this.#cutOff?.();
    else this.#callOff = this.#after(IDLE_MS, () => this.#turn());
  }

  #giveUp(): void {
    this.#hasGivenUp = true;
    this.#waiting?.reject(tooSlow());
    if (!this.#cutOff && this.#waiting) void cancelQuietly(this.#waiting.reader);
  }

  /** An origin that only trickles is watched until so much has come that a client must be reading it. */
  async #watch(reader: Reader, first: Chunk): Promise<void> {
    let next = first;
    try {
      for (let bytes = 0; !next.done; next = await reader.read()) {
        this.#hasMoved = true;
        bytes += next.value.byteLength;
        if (bytes >= WATCHED_BYTES) break;
      }
    } catch {} // the client's branch is broken too
    void cancelQuietly(reader);
    this.#endWatch();
  }

  #endWatch(): void {
    this.#waiting = undefined;
    this.#callOff();
    this.#isOver.resolve();
  }
}

const tooSlow = () => new Error("the body came too slowly to be stored");
