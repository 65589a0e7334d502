// The text of a site file as a YAML 1.2 document, or every fault of its syntax. JSON is read as the YAML that it is.
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from "yaml";

export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface ReadDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly faults: readonly SyntaxFault[];
}

export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    schema: "core", // whatever a %YAML directive says: `off`, `no` and `on` stay texts
    merge: true,
    stringKeys: true,
  });
  // A warning is a tag that nobody knows: what it was for would be lost without a word.
  const found = [...document.errors, ...document.warnings].map((error) => inWords(error, text));
  return { document, lines, faults: found.length > 0 ? found : unknownAliases(document) };
}

function inWords({ code, message, pos: [offset] }: YAMLError, text: string): SyntaxFault {
  switch (code) {
    case "DUPLICATE_KEY":
      return { offset, message: `has the key \`${wordAt(text, offset)}\` twice here` };
    case "TAB_AS_INDENT":
      return { offset, message: "is indented with a tab; YAML takes spaces only" };
    case "MULTIPLE_DOCS":
      return { offset, message: "holds more than one document; write one site to a file, without ---" };
    case "BAD_ALIAS":
    case "BAD_SCALAR_START":
      return { offset, message: lowered(message), hint: inQuotes };
    default:
      return { offset, message: lowered(message) };
  }
}

/** `*.example.com` without quotes is an alias to YAML, and so is every other text that begins with a star. */
function unknownAliases(document: Document): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document)) return;
      const message = `has an alias *${node.source} without an anchor &${node.source} before it`;
      faults.push({ offset: node.range?.[0] ?? 0, message, hint: inQuotes });
    },
  });
  return faults;
}

const inQuotes = "if it is a text, put it in quotes";

const wordAt = (text: string, offset: number): string =>
  /^["']?([^"':\n]*)/.exec(text.slice(offset, offset + 100))?.[1]?.trim() ?? "";

/** A message follows "the file …" and begins in lower case. */
const lowered = (message: string): string =>
  `cannot be read: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
