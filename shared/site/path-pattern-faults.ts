// Why can this path pattern not be used, or why would it not take what it seems to take? Asked when a site is
// read, so that the router at the edge never throws and no pattern is quietly wider or narrower than it looks.
import { TrieRouter } from "hono/router/trie-router";
import { pathShapes, type Segment } from "./path-pattern.ts";

export function objectionToPattern(pattern: string): string | undefined {
  if (!pattern.startsWith("/")) return "must begin with /";
  const segments = pathShapes(pattern).flatMap((shape) => shape.segments);
  for (const segment of segments) {
    const objection = segment.kind === "literal" ? ofLiteral(segment.text) : ofParameter(segment);
    if (objection !== undefined) return objection;
  }
  return nameGivenTwice(pattern) ?? refusedByRouter(pattern);
}

/** RFC 3986 §3.3, and what is not ASCII: the edge spells that for you. */
const NOT_IN_A_PATH = /[\0-\x20"#<>?[\\\]^`|\x7f]/;

function ofLiteral(text: string): string | undefined {
  if (/[{}]/.test(text)) return "has a brace that belongs to no parameter; write `:name{expression}`";
  if (text.includes("*")) return "may have a * only as a whole segment: /a/*/b or /a/*";
  if (text === "." || text === "..")
    return `never matches: \`${text}\` is resolved before a path is compared`;
  if (text.includes("?"))
    return "has a ?; a path ends before the query, and only a parameter at the end may be optional";
  const spelt = /%(?![0-9A-Fa-f]{2})/.test(text)
    ? "%"
    : (text.match(/%[0-9A-Fa-f]{2}/g) ?? []).find((one) => one !== canonicalEscape(one));
  if (spelt === "%")
    return "has a % that is not followed by two hexadecimal digits; the character itself is %25";
  if (spelt)
    return `never matches: paths are compared with \`${spelt}\` spelt as \`${canonicalEscape(spelt)}\``;
  const stranger = NOT_IN_A_PATH.exec(text)?.[0];
  if (stranger)
    return `never matches: paths are compared with this character escaped; write ${escapeOf(stranger)}`;
  return undefined;
}

function ofParameter(segment: Segment): string | undefined {
  if (segment.kind !== "parameter") return undefined;
  const { name, regex } = segment;
  if (name.endsWith("?"))
    return `has \`:${name}\` in the middle; only a parameter at the end may be optional`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `has a parameter called \`${name}\`; a name is of letters, digits and _, and takes the whole segment: :file{[^/]+\\.json}`;
  }
  if (regex === undefined) return undefined;
  // Hono puts ^ and $ around the expression as text: ^a|b$ takes whatever begins with a.
  if (hasBareAlternative(regex))
    return `takes more than it seems: write alternatives in a group, :${name}{(?:${regex})}`;
  if (/^\^|(?<!\\)\$$/.test(regex))
    return `has ^ or $ in \`:${name}\`; the whole segment has to match anyway, so leave them out`;
  return undefined;
}

/** A `|` outside of every group and character class. */
function hasBareAlternative(regex: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < regex.length; at++) {
    const character = regex[at];
    if (character === "\\") at++;
    else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "|" && depth === 0) return true;
  }
  return false;
}

function nameGivenTwice(pattern: string): string | undefined {
  for (const { segments } of pathShapes(pattern)) {
    const seen = new Set<string>();
    for (const segment of segments) {
      if (segment.kind !== "parameter") continue;
      if (seen.has(segment.name)) return `has two parameters called \`${segment.name}\``;
      seen.add(segment.name);
    }
  }
  return undefined;
}

/** The router itself has the last word: it puts what follows a parameter into the expression too. */
function refusedByRouter(pattern: string): string | undefined {
  if (!pattern.includes("{")) return undefined;
  try {
    new TrieRouter<true>().add("ALL", pattern, true);
    return undefined;
  } catch (error) {
    return `has an expression that cannot be read: ${(error as Error).message}`;
  }
}

const escapeOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** Unreserved characters decoded, the rest in upper case: RFC 3986 §6.2.2. */
function canonicalEscape(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
}
