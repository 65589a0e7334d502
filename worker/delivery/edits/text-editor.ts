// How is text in a body replaced when it arrives in chunks? An occurrence may lie across two of them, so the end of each chunk is
// held back until no edit can begin in it any more. One character of the text stands for one byte, so what is not replaced leaves
// as it came, whatever its encoding.

/** A replacement. Its pattern has a bound, because no more than that is held back. */
export interface TextEdit {
  /** The source of a regular expression without capturing groups, lookbehind and unbounded repetition. */
  readonly pattern: string;
  /** The most characters that the pattern looks at: those of an occurrence, and those beyond it. */
  readonly longest: number;
  readonly replacement: (found: string) => string;
}

/** Where two edits could begin, the first one of the list counts. What an edit has put in is not edited again. */
export class TextEditor {
  readonly #edits: readonly TextEdit[];
  readonly #pattern: RegExp;
  readonly #holdsBack: number;
  #held = "";

  constructor(edits: readonly TextEdit[]) {
    this.#edits = edits;
    this.#pattern = new RegExp(edits.map(({ pattern }) => `(${pattern})`).join("|"), "g");
    this.#holdsBack = Math.max(0, ...edits.map(({ longest }) => longest));
  }

  /** What can leave, now that this has arrived. */
  edit(arrived: string): string {
    const text = this.#held + arrived;
    return this.#upTo(Math.max(0, text.length - this.#holdsBack), text);
  }

  /** The rest, after the last chunk. */
  end(): string {
    return this.#upTo(this.#held.length, this.#held);
  }

  /** Edits every occurrence that begins before the limit: nothing that is still to come can change it. */
  #upTo(limit: number, text: string): string {
    const pieces: string[] = [];
    let done = 0;
    this.#pattern.lastIndex = 0;
    for (;;) {
      const found = this.#pattern.exec(text);
      if (!found || found.index >= limit) break;
      const [whole, ...alternatives] = found;
      const which = alternatives.findIndex((one) => one !== undefined);
      pieces.push(text.slice(done, found.index), this.#edits[which]?.replacement(whole) ?? whole);
      done = found.index + whole.length;
    }
    const leaving = Math.max(done, limit);
    this.#held = text.slice(leaving);
    return pieces.join("") + text.slice(done, leaving);
  }
}

/** The text itself, as the source of a regular expression. */
export const exactly = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The same, in capitals or not. */
export const inAnyCase = (text: string): string =>
  exactly(text).replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
