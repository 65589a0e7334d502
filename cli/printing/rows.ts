// A page of aligned rows: a label, a text and, dimmed, a note.
import type { Paint } from "../paint.ts";

export interface Row {
  /** Omitted on the further rows under one label. */
  readonly label?: string;
  readonly text: string;
  readonly note?: string;
}

const LABEL_WIDTH = 9;
/** A longer text moves only its own note to the right, not all notes. */
const MAX_TEXT_WIDTH = 38;
const GAP = 2;

export function formatRows(rows: readonly Row[], paint: Paint): string {
  const widths = rows.filter(({ note }) => note !== undefined).map(({ text }) => text.length);
  const textWidth = Math.max(0, ...widths.filter((width) => width <= MAX_TEXT_WIDTH)) + GAP;
  return rows
    .map(({ label = "", text, note }) => {
      const start = paint("bold", label) + " ".repeat(Math.max(1, LABEL_WIDTH - label.length));
      if (note === undefined) return start + text;
      const gap = " ".repeat(Math.max(GAP, textWidth - text.length));
      return start + text + gap + paint("dim", note);
    })
    .join("\n");
}
