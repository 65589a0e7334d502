// Parses the text of a site file as a YAML 1.2 document, or says why it cannot be read. JSON is parsed as YAML, which
// includes it.
import { type Document, isMap, LineCounter, parseDocument, visit } from "yaml";
import { controlCharacter } from "./characters.ts";
import { type KeyedPair, mergedBy, startOf } from "./place.ts";
import type { SyntaxFault } from "./stop.ts";
import { syntaxFault } from "./syntax-fault.ts";

export interface ReadDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  /** The first fault, if there is one. */
  readonly fault: SyntaxFault | undefined;
}

export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    schema: "core", // whatever a %YAML directive says: `off`, `no` and `on` stay strings
    merge: true,
    stringKeys: true,
  });
  return {
    document,
    lines,
    fault: controlCharacter(text) ?? parseFault(document, text) ?? faultOfReference(document),
  };
}

/** A warning is an unknown tag. Its meaning would silently be lost, so it counts as an error. */
function parseFault({ errors, warnings }: Document, text: string): SyntaxFault | undefined {
  const found = [...errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const error = found.find(({ code }) => code === "RESOURCE_EXHAUSTION") ?? found[0]; // else each level is unfinished
  return error && syntaxFault(error, text);
}

/**
 * Unquoted, `*.example.com` is an alias in YAML, as is any other text that begins with a star. Also finds a value that
 * contains itself, which would never end, and a `<<` without anything to merge in, at which the parser throws.
 */
function faultOfReference(document: Document): SyntaxFault | undefined {
  let fault: SyntaxFault | undefined;
  visit(document, {
    Alias(_key, node, above) {
      const offset = startOf(node);
      const { source } = node;
      const meant = node.resolve(document);
      if (!meant) {
        const message = `has an alias *${source} without an anchor &${source} before it`;
        fault = { offset, message, hint: "if it is a string, put it in quotes" };
      } else if (above.includes(meant)) {
        fault = {
          offset,
          message: `has an alias *${source} within its own anchor &${source}, and so no end`,
        };
      }
      return fault && visit.BREAK;
    },
    Pair(_key, pair) {
      const { key } = pair as KeyedPair;
      if (key.value !== "<<" || key.type !== "PLAIN") return undefined;
      const merged = mergedBy(pair as KeyedPair, document);
      // An alias to nowhere is reported as such.
      if (merged.every((one) => one === undefined || isMap(one))) return undefined;
      fault = { offset: startOf(key), message: MERGES_NO_KEYS };
      return visit.BREAK;
    },
  });
  return fault;
}

const MERGES_NO_KEYS =
  "merges with `<<` what is not a set of keys; write `<<: *name`, with &name before the keys";
