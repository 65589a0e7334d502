// The parser's errors in plain words: what is wrong here, and what to write instead.
import { TOO_DEEP } from "../problem.ts";
import {
  lineBelow,
  lineFrom,
  lineStart,
  restOfLine,
  type Stop,
  type SyntaxFault,
  tokenBefore,
} from "./stop.ts";

const inQuotes = "if it is a string, put it in quotes";

type Words = (stop: Stop) => Omit<SyntaxFault, "offset"> & Partial<SyntaxFault>;

const say =
  (message: string, hint?: string): Words =>
  () => ({ message, hint });

export function plainWords(stop: Stop): SyntaxFault {
  const known =
    BY_CODE[stop.code] ?? BY_MESSAGE.find(([beginning]) => stop.message.startsWith(beginning))?.[1];
  return { offset: stop.offset, ...(known ?? unexpected)(stop) };
}

const BY_CODE: Readonly<Record<string, Words>> = {
  DUPLICATE_KEY: ({ text, offset }) => ({
    message: `has the key \`${wordAt(text, offset)}\` twice here`,
    hint: "keep one of them",
  }),
  MULTIPLE_DOCS: say("contains more than one document; write one site per file, without ---"),
  RESOURCE_EXHAUSTION: say(TOO_DEEP),
  NON_STRING_KEY: ({ text, offset }) => ({
    message: "has a key that is a list, a set of keys or an alias; a key must be a string",
    ...(text[offset - 1] === "{" && text[offset] === "{" && { hint: "put a {{ template }} in quotes" }),
  }),
  MULTILINE_IMPLICIT_KEY: lineWithoutColon,
  BLOCK_AS_IMPLICIT_KEY: secondColon,
  BLOCK_IN_FLOW: secondColon,
  BAD_ALIAS: ({ text, offset, message }) => ({
    message: message.endsWith("ambiguous")
      ? "has a name after & or * that ends in a colon; write a space before the colon"
      : `has a ${text.charAt(offset)} here that names nothing`,
    hint: inQuotes,
  }),
  BAD_SCALAR_START: ({ text, offset }) => ({
    message: `has a string that begins with ${text.charAt(offset)}, which YAML reserves; put it in quotes`,
  }),
  BAD_DQ_ESCAPE: ({ text, offset }) => ({
    message: `has the escape ${text.slice(offset, offset + 2)}, which YAML does not know; write \\\\ for a backslash, or use single quotes`,
  }),
  BAD_DIRECTIVE: aDirective,
  TAG_RESOLVE_FAILED: aTag,
  BAD_COLLECTION_TYPE: aTag,
  MULTIPLE_ANCHORS: anAnchor,
  MULTIPLE_TAGS: anAnchor,
  ALIAS_PROPS: anAnchor,
  BAD_PROP_ORDER: anAnchor,
  KEY_OVER_1024_CHARS: say(
    "has a key of more than 1,024 characters here; is a colon or a quote missing before it?",
  ),
};

/** By how the parser's message begins, for the codes that stand for several errors. */
const BY_MESSAGE: readonly (readonly [beginning: string, Words])[] = [
  ["Missing ,", needsComma],
  ["Missing space after :", say("needs a space after the colon here")],
  ["Comments must be separated", say("needs a space before this #", inQuotes)],
  ["Implicit map keys need", say("needs a colon after this key: `key: value`")],
  ["Missing directives-end", aDirective],
  ["Block collection cannot start on same line", say("has text beside ---; begin it in the next line")],
  ["Tags and anchors must", anAnchor],
  ["All mapping items must start", indentation],
  ["All sequence items must start", indentation],
  ["Sequence item without - indicator", indentation],
  ["Block scalar lines must not", indentation],
  ["Block scalar values in collections", say("has a text after | or > that is not indented; indent it")],
  [
    "Block scalars with more-indented",
    say("has a blank line with too many spaces before a text; remove them"),
  ],
  ["Block scalar header", say("has text beside | or >; begin the text in the next line", inQuotes)],
  ["Unexpected ,", say("has a comma here with nothing before it; remove it")],
  ["Unexpected empty item", say("has a comma here with nothing before it; remove it")],
  ["Unexpected block-seq-ind", say("has a list that begins beside its key; begin it in the next line")],
];

/** `respond {}`, `id:x` or `-id: x`: YAML reads on in the next line, and finds a colon there. */
function lineWithoutColon(stop: Stop): SyntaxFault {
  const { offset, text, bracket } = stop;
  const line = restOfLine(text, offset);
  if (bracket)
    return isDash(line)
      ? dashInBrackets(stop)
      : { offset, message: "needs a comma between this line and the next" };
  if (isDashWithoutSpace(line)) return spaceAfterDash(stop);
  const [, key] = /^([\w.$-]+):(?!\/\/)\S/.exec(line) ?? [];
  if (key !== undefined) return { offset, message: `needs a space after the colon: \`${key}: …\`` };
  return { offset, message: "has a line without a colon here; write `key: value`" };
}

/** A value in which there is another colon: `body: note: this`, or a line that does not begin below the one before it. */
function secondColon(stop: Stop): Partial<SyntaxFault> & Pick<SyntaxFault, "message"> {
  const { offset, text, bracket } = stop;
  const line = restOfLine(text, offset);
  const start = lineStart(text, offset);
  const before = text.slice(start, offset);
  if (bracket) {
    if (isDash(line)) return dashInBrackets(stop);
    return { message: "has a second colon here; write a comma before the next key", hint: inQuotes };
  }
  if (isDashWithoutSpace(before.trimStart()))
    return spaceAfterDash({ ...stop, offset: start + before.search(/\S/) });
  if (/:(?:\s|$)/.test(line)) {
    return { message: "has a second colon in this line", hint: "if the value is a string, put it in quotes" };
  }
  return indentation(before === "" ? stop : { ...stop, offset: lineBelow(text, offset).start });
}

const isDash = (line: string): boolean => /^-(?:\s|$)/.test(line);

const dashInBrackets = ({ offset }: Stop): SyntaxFault => ({
  offset,
  message: "has a dash within brackets; write the items with commas between them",
});

const isDashWithoutSpace = (line: string): boolean => /^-[^\s-]/.test(line);

const spaceAfterDash = ({ offset, text }: Stop): SyntaxFault => ({
  offset,
  message: `needs a space after the dash: \`- ${wordAt(text, offset + 1)}\``,
});

/** At the first character of the line, or of the next one that has any. */
function indentation({ offset, text }: Stop): SyntaxFault {
  const message =
    "has a line here that begins in another column than those that it belongs to; indent it as they are";
  return { offset: lineFrom(text, lineStart(text, offset)).first, message };
}

/** What opens after a word is more often its value than another one: `{ id: a, respond {} }`. */
function needsComma({ offset, text }: Stop): SyntaxFault {
  const isValue =
    /[\w-][ ]*$/.test(text.slice(lineStart(text, offset), offset)) && /[{[]/.test(text.charAt(offset));
  return { offset, message: `needs a ${isValue ? "colon or a " : ""}comma before this` };
}

/** The parser stops below the directives. */
function aDirective({ text }: Stop): SyntaxFault {
  const offset = text.search(/^%/m);
  return { offset, message: "has a line that begins with %, which YAML reserves", hint: inQuotes };
}

function aTag({ text, offset }: Stop): Omit<SyntaxFault, "offset"> {
  const [tag] = text.slice(offset, offset + 40).split(/\s/);
  return { message: `has the tag ${tag}, and a site file has no tags`, hint: inQuotes };
}

function anAnchor(): Omit<SyntaxFault, "offset"> {
  return { message: "has an anchor (&) or a tag (!) in a place where none can be", hint: inQuotes };
}

function unexpected(stop: Stop): SyntaxFault {
  const { offset, text, tokens, bracket } = stop;
  const character = text.charAt(offset);
  if (bracket) return needsComma(stop);
  if (character === "]" || character === "}")
    return { offset, message: `has a ${character} here that closes nothing; remove it` };
  if (character === ":") return { offset, message: "needs a space after the colon here" };
  const before = tokenBefore(offset, tokens);
  if (before && lineStart(text, before.offset) === lineStart(text, offset)) {
    return { offset, message: "has text here after the end of a value; put the whole value in quotes" };
  }
  const message =
    "has a line here that does not fit those above it; check its indentation, dash, colon and quotes";
  return { ...indentation(stop), message };
}

/** A key, without the quotes that it may have. */
function wordAt(text: string, offset: number): string {
  const [word = "", quoted = ""] = text.slice(offset, offset + 100).split(/["':\n]/);
  return (word === "" ? quoted : word).trim();
}
