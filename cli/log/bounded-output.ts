// Writes lines to a stream without ever waiting for its reader. What the reader has not taken is kept up to a bound. Beyond it
// lines are dropped and counted, and the count is told when the reader is back.
import type { Writable } from "node:stream";

/** Some ten thousand records. */
const MAX_KEPT_BYTES = 8 * 1_048_576;
const NEWLINE = 10;

export interface Bounds {
  readonly maxKeptBytes?: number;
  /** Told how many lines were dropped since the last time. */
  readonly onDropped: (lines: number) => void;
  /** Told that the reader has gone. All further lines are dropped. */
  readonly onGone?: (code: string | undefined) => void;
}

export class BoundedOutput {
  readonly #stream: Writable;
  readonly #maxKeptBytes: number;
  readonly #onDropped: Bounds["onDropped"];
  #dropped = 0;

  constructor(stream: Writable, { maxKeptBytes = MAX_KEPT_BYTES, onDropped, onGone }: Bounds) {
    this.#stream = stream;
    this.#maxKeptBytes = maxKeptBytes;
    this.#onDropped = onDropped;
    stream.on("drain", () => this.#tellDropped());
    stream.on("error", ({ code }: NodeJS.ErrnoException) => onGone?.(code));
    doNotBlock(stream);
  }

  /** Whole lines, each with its end. */
  write(lines: Uint8Array): void {
    const { writableLength, destroyed } = this.#stream;
    // While it drops, it goes on until the reader has taken what was kept: one gap is better than many.
    const isFull = this.#dropped > 0 || writableLength + lines.length > this.#maxKeptBytes;
    if (destroyed || (isFull && writableLength > 0)) this.#dropped += countLines(lines);
    else this.#stream.write(lines);
  }

  /** Resolves with whether everything kept was written, after this long at most. Then nothing may be written any more. */
  async end(withinMs: number): Promise<boolean> {
    const isWritten = await this.#isEmptyWithin(withinMs);
    this.#tellDropped();
    return isWritten;
  }

  #isEmptyWithin(ms: number): Promise<boolean> {
    const stream = this.#stream;
    if (stream.writableLength === 0 || stream.destroyed) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      const done = () => {
        clearTimeout(timer);
        resolve(true);
      };
      stream.write("", done);
      stream.once("close", done);
    });
  }

  #tellDropped(): void {
    if (this.#dropped > 0) this.#onDropped(this.#dropped);
    this.#dropped = 0;
  }
}

function countLines(lines: Uint8Array): number {
  let count = 0;
  for (const byte of lines) if (byte === NEWLINE) count++;
  return count;
}

/** Node never waits for the reader of a pipe, but it does for a terminal, which Ctrl-S stops. There is no public call for it. */
function doNotBlock(stream: Writable): void {
  const { _handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): void } | null };
  _handle?.setBlocking?.(false);
}
