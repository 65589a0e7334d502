// Where could the parser not go on, and what stands around that place? Needed only when a text cannot be parsed.
import { CST, Lexer, type YAMLError } from "yaml";

/** A partial sentence, which follows "the file". */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Stop {
  readonly offset: number;
  readonly code: string;
  /** In the words of the parser. */
  readonly message: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The innermost bracket that is open there. */
  readonly bracket: Token | undefined;
}

export interface Token {
  /** Null for a scalar without quotes. */
  readonly kind: string | null;
  readonly offset: number;
  readonly source: string;
}

/** Marks that the lexer puts between the tokens. They stand for no text. */
const MARKS: ReadonlySet<string> = new Set([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END]);

export function stopAt({ pos, code, message }: YAMLError, text: string): Stop {
  const tokens = tokensIn(text);
  const offset = Math.max(0, Math.min(pos[0], text.length));
  return { offset, code, message, text, tokens, bracket: openBracketAt(offset, tokens) };
}

function tokensIn(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (const source of new Lexer().lex(text)) {
    if (MARKS.has(source)) continue;
    tokens.push({ kind: CST.tokenType(source), offset, source });
    offset += source.length;
  }
  return tokens;
}

export const closingOf = ({ source }: Token): string => (source === "[" ? "]" : "}");

function openBracketAt(offset: number, tokens: readonly Token[]): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.offset >= offset) break;
    const last = open.at(-1);
    if (token.kind === "flow-seq-start" || token.kind === "flow-map-start") open.push(token);
    else if (last && token.source === closingOf(last)) open.pop();
  }
  return open.at(-1);
}

/** The last token before this place that is not white space within a line. */
export const tokenBefore = (offset: number, tokens: readonly Token[]): Token | undefined =>
  tokens.findLast((token) => token.offset < offset && token.kind !== "space");

/** From this place to the end of its line. */
export const restOfLine = (text: string, offset: number): string => {
  const end = text.indexOf("\n", offset);
  return text.slice(offset, end === -1 ? undefined : end);
};

/** Where the line of this place begins. */
export const lineStart = (text: string, offset: number): number =>
  text.slice(0, offset).lastIndexOf("\n") + 1;

export interface Line {
  readonly start: number;
  /** Its first character that is not white space. */
  readonly first: number;
}

/** The first line from this one on that is neither blank nor a comment; the end of the text if there is none. */
export function lineFrom(text: string, start: number): Line {
  const found = /^([^\S\n]*)[^#\s]/m.exec(text.slice(start));
  if (!found) return { start: text.length, first: text.length };
  const [, indentation = ""] = found;
  return { start: start + found.index, first: start + found.index + indentation.length };
}

export function lineBelow(text: string, offset: number): Line {
  const end = text.indexOf("\n", offset);
  return lineFrom(text, end === -1 ? text.length : end + 1);
}

/** Counts from 1. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
