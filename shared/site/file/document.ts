// Parses the text of a site file as a YAML 1.2 document, or returns every syntax error. JSON is parsed as YAML, which
// includes it.
import { type Document, isMap, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { type KeyedPair, mergedBy, startOf } from "./place.ts";

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

export const TOO_DEEP = "is nested too deeply to be read; no site needs more than some dozen levels";

export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core", // whatever a %YAML directive says: `off`, `no` and `on` stay strings
    merge: true,
    stringKeys: true,
  });
  // A warning is an unknown tag. Its meaning would silently be lost, so it counts as an error.
  const found = [...document.errors, ...document.warnings].map((error) => inWords(error, text));
  const tooDeep = found.find(({ message }) => message === TOO_DEEP);
  if (tooDeep) return { document, lines, faults: [tooDeep] }; // the others follow from it
  return { document, lines, faults: found.length > 0 ? found : faultsOfReferences(document) };
}

function inWords({ code, message, pos: [offset] }: YAMLError, text: string): SyntaxFault {
  switch (code) {
    case "DUPLICATE_KEY":
      return { offset, message: `has the key \`${wordAt(text, offset)}\` twice here` };
    case "TAB_AS_INDENT":
      return { offset, message: "is indented with a tab; YAML accepts only spaces" };
    case "MULTIPLE_DOCS":
      return { offset, message: "contains more than one document; write one site per file, without ---" };
    case "RESOURCE_EXHAUSTION":
      return { offset, message: TOO_DEEP };
    case "NON_STRING_KEY":
      return {
        offset,
        message: "has a key that is a list, a set of keys or an alias; a key must be a string",
      };
    case "BAD_ALIAS":
    case "BAD_SCALAR_START":
      return { offset, message: lowered(message), hint: inQuotes };
    default:
      return { offset, message: lowered(message) };
  }
}

/**
 * Unquoted, `*.example.com` is an alias in YAML, as is any other text that begins with a star. Also finds a value that
 * contains itself, which would never end, and a `<<` without anything to merge in, at which the parser throws.
 */
function faultsOfReferences(document: Document): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  visit(document, {
    Alias(_key, node, above) {
      const offset = startOf(node);
      const { source } = node;
      const meant = node.resolve(document);
      if (!meant) {
        const message = `has an alias *${source} without an anchor &${source} before it`;
        faults.push({ offset, message, hint: inQuotes });
      } else if (above.includes(meant))
        faults.push({
          offset,
          message: `has an alias *${source} within its own anchor &${source}, and so no end`,
        });
    },
    Pair(_key, pair) {
      const { key } = pair as KeyedPair;
      if (key.value !== "<<" || key.type !== "PLAIN") return;
      const merged = mergedBy(pair as KeyedPair, document);
      // An alias to nowhere is reported as such.
      if (merged.every((one) => one === undefined || isMap(one))) return;
      faults.push({ offset: startOf(key), message: MERGES_NO_KEYS });
    },
  });
  return faults;
}

const MERGES_NO_KEYS =
  "merges with `<<` what is not a set of keys; write `<<: *name`, with &name before the keys";
const inQuotes = "if it is a string, put it in quotes";

const wordAt = (text: string, offset: number): string =>
  String(/["']?([^"':\n]*)/.exec(text.slice(offset, offset + 100))?.[1]).trim();

/** A message follows "the file …", so it begins in lower case. */
const lowered = (message: string): string =>
  `cannot be read: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
