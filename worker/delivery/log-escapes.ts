// Keeps text from outside on its own line of the log, and within its own quotes. Nothing that a client or an origin sends
// may look like another line, another field, or an order to a terminal.

/** What JSON leaves as it is, but editors and terminals act on: DEL, the C1 controls, and two more ends of a line. */
const BEYOND_JSON = /[\x7f-\x9f\u2028\u2029]/g;

export const jsonText = (value: unknown): string => JSON.stringify(value).replace(BEYOND_JSON, escapedUnit);

const escapedUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Everything but printable ASCII, the double quote and the backslash. */
const TO_ESCAPE = /[^ !#-[\]-~]+/g;

/** As Apache httpd escapes an item of its log (`ap_escape_logitem`): `\"`, `\\`, `\t`, and `\xhh` for any other byte. */
export const quotable = (text: string): string => text.replace(TO_ESCAPE, escapedBytes);

const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

function escapedBytes(run: string): string {
  let escaped = "";
  for (const byte of new TextEncoder().encode(run)) {
    escaped += SHORT[String.fromCharCode(byte)] ?? `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return escaped;
}
