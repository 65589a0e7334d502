// Where does a JSON text violate its own grammar? YAML accepts almost all of JSON and more: it would read `{"a":1
// "b":2}` as one long string.
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import type { SyntaxFault } from "./document.ts";

/** Only the first error; those after it are mostly consequences. */
export function jsonFaults(text: string): SyntaxFault[] {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  return errors
    .slice(0, 1)
    .map(({ error, offset }) => ({ offset, message: inWords(printParseErrorCode(error)) }));
}

/** `CommaExpected` → "a comma is expected here". */
function inWords(code: string): string {
  const expected = EXPECTED[code];
  if (expected !== undefined) return `is not JSON: ${expected} is expected here`;
  return `is not JSON: ${OTHERWISE[code] ?? code}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a key in double quotes",
  ValueExpected: "a value",
  ColonExpected: "a colon",
  CommaExpected: "a comma",
  CloseBraceExpected: "a closing }",
  CloseBracketExpected: "a closing ]",
  EndOfFileExpected: "the end of the file",
};

const OTHERWISE: Readonly<Record<string, string>> = {
  InvalidSymbol: "keys and strings need double quotes",
  InvalidNumberFormat: "this is not a number",
  InvalidCommentToken: "JSON has no comments; YAML does",
  UnexpectedEndOfComment: "JSON has no comments; YAML does",
  UnexpectedEndOfString: "the string ends without its closing quote",
  UnexpectedEndOfNumber: "the number ends too early",
  InvalidUnicode: "this is not a \\u escape of four hexadecimal digits",
  InvalidEscapeCharacter: "this escape is unknown",
  InvalidCharacter: "a control character has to be escaped",
};
