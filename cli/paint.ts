// Colours, only on a terminal and only if NO_COLOR is not set.
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow";

export type Paint = (style: Style, text: string) => string;

export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });

export const unpainted: Paint = (_style, text) => text;
