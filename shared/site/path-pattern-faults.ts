// Why is this path pattern invalid, or why would it not match what it seems to match? Checked when a site is read, so
// that the router at the edge never throws and no pattern is wider or narrower than it looks.
import { pathShapes, type Segment } from "./path-pattern.ts";
import { canonicalEscape, escapeAsCompared } from "./path-spelling.ts";

export function objectionToPattern(pattern: string): string | undefined {
  if (!pattern.startsWith("/")) return "must begin with /";
  for (const { segments, restRegex } of pathShapes(pattern)) {
    for (const segment of segments) {
      const objection = segment.kind === "literal" ? ofLiteral(segment.written) : ofParameter(segment);
      if (objection !== undefined) return objection;
    }
    const objection = restRegex === undefined ? undefined : ofExpression(restRegex, "/*", "all that follows");
    if (objection !== undefined) return objection;
  }
  return nameGivenTwice(pattern);
}

/** RFC 3986 §3.3. Characters beyond ASCII are allowed: the edge encodes them. */
const NOT_IN_A_PATH = /[\0-\x20"#<>?[\\\]^`|\x7f]/;

function ofLiteral(text: string): string | undefined {
  if (/^\*\{/.test(text)) return "may have `*{expression}` only at its end";
  if (/[{}]/.test(text)) return "has a brace that does not belong to a parameter; write `:name{expression}`";
  if (text.includes("*"))
    return "may have a * only as a whole segment: /a/*/b or /a/*; for part of a segment write /*{.+\\.css}";
  if (text === "." || text === "..")
    return `never matches: \`${text}\` is resolved before a path is compared`;
  if (text.includes("?"))
    return "has a ?; a path ends before the query, and only a parameter at the end may be optional";
  const spelt = /%(?![0-9A-Fa-f]{2})/.test(text)
    ? "%"
    : (text.match(/%[0-9A-Fa-f]{2}/g) ?? []).find((one) => one !== canonicalEscape(one));
  if (spelt === "%")
    return "has a % that is not followed by two hexadecimal digits; write %25 for a percent sign";
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
  if (name !== "?" && name.endsWith("?"))
    return `has \`:${name}\` in the middle; only a parameter at the end may be optional`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `has a parameter called \`${name}\`; a name consists of letters, digits and _, and stands for the whole segment: :file{[^/]+\\.json}`;
  }
  if (regex === undefined) return undefined;
  if (hasBareSlash(regex)) {
    return `never matches: \`:${name}\` is one segment, which has no slash; write /*{${regex}} at the end for several`;
  }
  return ofExpression(regex, `:${name}`, "the whole segment");
}

/**
 * Characters that an expression would never meet. The other characters that no path contains are syntax in expressions.
 */
const NOT_COMPARED = /[\0-\x20"#`\x7f]|[^\0-\x7f]/u;

function ofExpression(regex: string, where: string, all: string): string | undefined {
  const stranger = NOT_COMPARED.exec(regex)?.[0];
  if (stranger !== undefined)
    return `has a character in \`${where}\` that paths contain only escaped; write (?:${escapeOf(stranger)}), outside of [brackets]`;
  if (/^\^|(?<!\\)\$$/.test(regex))
    return `has ^ or $ in \`${where}\`; ${all} has to match anyway, so leave them out`;
  const spelt = (regex.match(/%[0-9A-Fa-f]{2}/g) ?? []).find((one) => one !== escapeAsCompared(one));
  if (spelt !== undefined)
    return `never matches: paths are compared with \`${spelt}\` spelt as \`${escapeAsCompared(spelt)}\``;
  try {
    new RegExp(regex); // compiled alone: a stray bracket must not pair up with the text put around it
    return undefined;
  } catch (error) {
    return `has an expression that cannot be read: ${(error as Error).message}`;
  }
}

/** Whether a match needs a slash: one outside every character class. */
const hasBareSlash = (regex: string): boolean =>
  regex.split(/\\[^/]|\[(?:\\.|[^\]\\])*/s).some((between) => between.includes("/"));

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

const escapeOf = (character: string): string => encodeURIComponent(character.toWellFormed());
