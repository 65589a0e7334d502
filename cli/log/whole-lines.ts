// Passes on what a process prints, in pieces that end with a line: the output of several processes can then be written to one
// place, and a piece that is dropped leaves no half a line behind.

const NEWLINE = 10;
/** A longer line is passed on in parts. */
const MAX_LINE_BYTES = 1_048_576;

export class WholeLines {
  readonly #onLines: (lines: Uint8Array) => void;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  constructor(onLines: (lines: Uint8Array) => void) {
    this.#onLines = onLines;
  }

  take(piece: Uint8Array): void {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#pass(piece.subarray(0, end));
    if (end === piece.length) return;
    this.#kept.push(piece.subarray(end));
    this.#keptBytes += piece.length - end;
    if (this.#keptBytes > MAX_LINE_BYTES) this.#pass(new Uint8Array());
  }

  /** What the process printed last, if it ended within a line. */
  end(): void {
    if (this.#keptBytes > 0) this.#pass(Uint8Array.of(NEWLINE));
  }

  #pass(end: Uint8Array): void {
    const lines = this.#keptBytes === 0 ? end : Buffer.concat([...this.#kept, end]);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#onLines(lines);
  }
}
