// Does a text have characters that neither YAML nor JSON may have (YAML 1.2 §5.1)? The parser takes them for letters.
import type { SyntaxFault } from "./stop.ts";

const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
/** A slip makes one control character, binary data many. */
const LOOKED_AT = 4_096;
const BINARY_FROM = 8;

export function controlCharacter(text: string): SyntaxFault | undefined {
  const offset = text.search(CONTROL);
  if (offset === -1) return undefined;
  const another = kindOfData(text);
  if (another !== undefined) return { offset, message: another };
  const code = text.charCodeAt(offset).toString(16).padStart(4, "0");
  return {
    offset,
    message: `has the control character U+${code.toUpperCase()} here; remove it, or write "\\u${code}" in double quotes`,
  };
}

/** What the data is, if it is no text in UTF-8. `data`: one character for each byte, or the decoded text. */
export function kindOfData(data: string): string | undefined {
  if (/^(?:\xff\xfe|\xfe\xff|(?:[^\0]\0){4}|(?:\0[^\0]){4})/.test(data)) return "is UTF-16; save it as UTF-8";
  const controls = data.slice(0, LOOKED_AT).split(CONTROL).length - 1;
  return controls < BINARY_FROM ? undefined : "is not a text: it has binary data here";
}
