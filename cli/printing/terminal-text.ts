// How is text coloured, made safe and aligned for a terminal?
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow";

export type Paint = (style: Style, text: string) => string;

/** Colours, only on a terminal and only if NO_COLOR is not set. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });

export const unpainted: Paint = (_style, text) => text;

/**
 * Writes control characters and those that change the writing direction as escapes: a site file from elsewhere must not
 * overwrite what is reported about it, or break it into lines.
 */
export const visible = (text: string): string =>
  text.replace(
    /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A label, a text and, dimmed, a note. */
export interface Row {
  /** Omitted on the further rows under one label. */
  readonly label?: string;
  readonly text: string;
  readonly note?: string;
  readonly style?: Style;
}

const LABEL_WIDTH = 9;
/** A longer text moves only its own note to the right, not all notes. */
const MAX_TEXT_WIDTH = 38;
const GAP = 2;

export function formatRows(rows: readonly Row[], paint: Paint): string {
  const widths = rows.filter(({ note }) => note !== undefined).map(({ text }) => text.length);
  const textWidth = Math.max(0, ...widths.filter((width) => width <= MAX_TEXT_WIDTH)) + GAP;
  return rows
    .map(({ label = "", text, note, style }) => {
      const start = paint("bold", label) + " ".repeat(Math.max(1, LABEL_WIDTH - label.length));
      const painted = style === undefined ? text : paint(style, text);
      if (note === undefined) return start + painted;
      const gap = " ".repeat(Math.max(GAP, textWidth - text.length));
      return start + painted + gap + paint("dim", note);
    })
    .join("\n");
}
