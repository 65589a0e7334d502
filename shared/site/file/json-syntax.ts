// Where does a JSON text violate its own grammar? YAML accepts almost all of JSON and more: it would read `{"a":1
// "b":2}` as one long string.
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import type { SyntaxFault } from "./stop.ts";

export function jsonFaults(text: string): SyntaxFault[] {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  return errors.map(({ error, offset }) => {
    const code = printParseErrorCode(error);
    return { offset, message: `is not JSON: ${IN_WORDS[code]}` };
  });
}

/** Each error that the parser knows. */
const IN_WORDS: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a key in double quotes is expected here",
  ValueExpected: "a value is expected here",
  ColonExpected: "a colon is expected here",
  CommaExpected: "a comma is expected here",
  CloseBraceExpected: "a closing } is expected here",
  CloseBracketExpected: "a closing ] is expected here",
  EndOfFileExpected: "the end of the file is expected here",
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
