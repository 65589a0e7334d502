// Why can this YAML text not be parsed? One fault, in words that say what to write instead: after the first, most are
// consequences of it. The parser says where it could not go on, which is often below the slip, so the text before that place
// is looked at too.
import type { YAMLError } from "yaml";
import {
  closingOf,
  lineBelow,
  lineOf,
  lineStart,
  type Stop,
  type SyntaxFault,
  stopAt,
  type Token,
  tokenBefore,
} from "./stop.ts";
import { plainWords } from "./syntax-words.ts";

type Look = (stop: Stop) => SyntaxFault | undefined;

/** In this order: a tab moves everything after it, and an open quote leaves its bracket open. */
const LOOKS: readonly Look[] = [tabInIndentation, oddSpace, openQuote, quoteClosedLate, openBracket];

export function syntaxFault(error: YAMLError, text: string): SyntaxFault {
  const stop = stopAt(error, text);
  for (const look of LOOKS) {
    const fault = look(stop);
    if (fault) return fault;
  }
  return plainWords(stop);
}

function tabInIndentation({ text, offset }: Stop): SyntaxFault | undefined {
  const tab = endOf(/^[^\S\t\n]*\t/, text, offset);
  if (tab === undefined) return undefined;
  return { offset: tab, message: "is indented with a tab; YAML accepts only spaces" };
}

/** Copied from a web page, for example: it looks like a space, and is a letter to YAML. */
function oddSpace({ text, offset }: Stop): SyntaxFault | undefined {
  const at = endOf(/^[ \t]*[^\S \t\r\n]/, text, offset);
  if (at === undefined) return undefined;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
  return {
    offset: at,
    message: `is indented with a space that is none to YAML (U+${code}); write an ordinary space in its place`,
  };
}

/** The last character of what begins the line of the stop, or the next one: the parser often stops at the line above. */
function endOf(beginning: RegExp, text: string, offset: number): number | undefined {
  for (const line of [lineStart(text, offset), lineBelow(text, offset).start]) {
    const [found] = beginning.exec(text.slice(line)) ?? [];
    if (found !== undefined) return line + found.length - 1;
  }
  return undefined;
}

function openQuote({ message, offset, tokens }: Stop): SyntaxFault | undefined {
  if (!message.startsWith("Missing closing")) return undefined;
  const quoted = quotedBefore(offset, tokens);
  return (
    quoted && {
      offset: quoted.offset,
      message: `has a quote here that is not closed; write ${quoted.source.charAt(0)} where the string ends`,
    }
  );
}

/** `"a` in one line and `"b"` in a later one are one string, and a stray `b` behind it. */
function quoteClosedLate({ offset, text, tokens }: Stop): SyntaxFault | undefined {
  const here = tokens.find((token) => token.offset === offset && isQuoted(token));
  const quoted = here ?? quotedBefore(offset, tokens);
  if (!quoted?.source.includes("\n")) return undefined;
  const line = lineOf(text, quoted.offset + quoted.source.length);
  return {
    offset: quoted.offset,
    message: `has a quote here that is closed only in line ${line}; write ${quoted.source.charAt(0)} where the string ends`,
  };
}

const isQuoted = ({ kind }: Token): boolean =>
  kind === "single-quoted-scalar" || kind === "double-quoted-scalar";

function quotedBefore(offset: number, tokens: readonly Token[]): Token | undefined {
  const token = tokenBefore(offset, tokens);
  return token && isQuoted(token) ? token : undefined;
}

function openBracket({ message, bracket }: Stop): SyntaxFault | undefined {
  if (!bracket || !/must .*end with/.test(message)) return undefined;
  return {
    offset: bracket.offset,
    message: `has a ${bracket.source} here that is not closed; write ${closingOf(bracket)} where it ends`,
  };
}
