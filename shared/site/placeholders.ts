// Placeholders in the text of a site file. In a path (`/v2/:id/*`) they stand for what the matched path captured; in a
// value (`${client.ip}`, `u-:id`) for a capture or for a fact about the request.
import { secretNamed } from "./secret-name.ts";

export const PLACEHOLDER = /:([A-Za-z_][A-Za-z0-9_]*)|\*/g;

/** The names that a path template uses. The route's path must capture each of them. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "*");
}

/** The facts about a request that a value may use. docs/proxying.md explains each. */
export const FACTS = [
  "client.ip",
  "client.country",
  "host",
  "scheme",
  "method",
  "path",
  "query",
  "request.id",
] as const;

export type Fact = (typeof FACTS)[number];

export type ValuePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fact"; readonly fact: Fact }
  | { readonly kind: "secret"; readonly name: string }
  /** A parameter, or `*`. The check ensures that each pattern of the route captures it. */
  | { readonly kind: "capture"; readonly name: string; readonly written: string }
  /** A word after a colon that no pattern of the route captures: a port, a time, or a part of a structured field. */
  | { readonly kind: "word"; readonly name: string; readonly text: string }
  | { readonly kind: "unknown"; readonly name: string; readonly written: string };

/**
 * `$${` is a literal `${`. A colon starts a placeholder only if nothing is joined to it: not in `https://a:port`,
 * `12:30` or `sha-256=:YWJj:`.
 */
const IN_VALUE = /\$\$\{|\$\{([^{}]*)\}?|(?<![\w:\]]):([A-Za-z_]\w*)(?![\w:])/g;
const OF_PATH = "path.";
const isFact = (name: string): name is Fact => (FACTS as readonly string[]).includes(name);

/** `captures` are those of the route. Any other `:word` stays as it is. */
export function valueParts(value: string, captures: ReadonlySet<string>): ValuePart[] {
  const parts: ValuePart[] = [];
  let from = 0;
  for (const match of value.matchAll(IN_VALUE)) {
    if (match.index > from) parts.push({ kind: "text", text: value.slice(from, match.index) });
    parts.push(partFor(match, captures));
    from = match.index + match[0].length;
  }
  if (from < value.length) parts.push({ kind: "text", text: value.slice(from) });
  return parts;
}

function partFor([written, name = "", word]: RegExpMatchArray, captures: ReadonlySet<string>): ValuePart {
  if (written === "$${") return { kind: "text", text: "${" };
  if (word !== undefined) {
    if (captures.has(word)) return { kind: "capture", name: word, written };
    return { kind: "word", name: word, text: written };
  }
  if (!written.endsWith("}")) return { kind: "unknown", name, written };
  const secret = secretNamed(written);
  if (secret !== undefined) return { kind: "secret", name: secret };
  if (isFact(name)) return { kind: "fact", fact: name };
  if (name.startsWith(OF_PATH) && name.length > OF_PATH.length)
    return { kind: "capture", name: name.slice(OF_PATH.length), written };
  return { kind: "unknown", name, written };
}
