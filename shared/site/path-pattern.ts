// Parses a path pattern: `/users/:id{[0-9]+}/*` → its segments. The router, the check of a file and the search for
// unreachable routes all read patterns here, so they agree. The syntax is Hono's, plus `/*{expression}`. Hono's own
// parser is not used: it gives `$&` in an expression and `@4` in a segment a special meaning.
import { literalAsCompared } from "./path-spelling.ts";

export type Segment =
  /** `text` is in the spelling in which paths are compared. */
  | { readonly kind: "literal"; readonly text: string; readonly written: string }
  /** A `*` that is not the last segment: any one segment, including an empty one. */
  | { readonly kind: "any" }
  /** One segment that is not empty. With an expression, a segment that the expression matches completely. */
  | { readonly kind: "parameter"; readonly name: string; readonly regex: string | undefined };

export interface PathShape {
  readonly segments: readonly Segment[];
  /** Whether it ends in `/*`, which matches everything below the path and the path itself. */
  readonly takesRest: boolean;
  /** The expression of `/*{expression}`: it must match the complete rest of the path, slashes included. */
  readonly restRegex: string | undefined;
}

/** One shape, or several if parameters are optional (`/users/:id?`). */
export function pathShapes(pattern: string): PathShape[] {
  const labels = labelsOf(pattern);
  const required = labels.findLastIndex((label) => !isOptional(label)) + 1;
  const shapes: PathShape[] = [];
  for (let length = required; length <= labels.length; length++) {
    const optional = labels.slice(required, length).map((label) => label.slice(0, -1));
    shapes.push(shapeOf(length === 0 ? [""] : [...labels.slice(0, required), ...optional]));
  }
  return shapes;
}

const isOptional = (label: string): boolean => /^:.+\?$/.test(label);

function shapeOf(labels: readonly string[]): PathShape {
  const rest = /^\*(?:\{(.+)\})?$/.exec(String(labels.at(-1)));
  const segments = (rest ? labels.slice(0, -1) : labels).map(readSegment);
  return { segments, takesRest: rest !== null, restRegex: rest?.[1] };
}

/** Splits the pattern at slashes, except those within the braces of an expression. */
function labelsOf(pattern: string): string[] {
  const labels: string[] = [];
  let from = 1;
  let depth = 0;
  let inClass = false;
  for (let at = 1; at < pattern.length; at++) {
    const character = pattern[at];
    if (depth === 0) {
      if (character === "/") {
        labels.push(pattern.slice(from, at));
        from = at + 1;
      } else if (character === "{") depth = 1;
    } else if (character === "\\") at++;
    else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === "{") depth++;
    else if (character === "}") depth--;
  }
  return [...labels, pattern.slice(from)];
}

function readSegment(label: string): Segment {
  if (label === "*") return { kind: "any" };
  const parameter = /^:([^{}]+)(?:\{(.+)\})?$/.exec(label);
  if (!parameter) return { kind: "literal", text: literalAsCompared(label), written: label };
  return { kind: "parameter", name: String(parameter[1]), regex: parameter[2] };
}

/** Does the expression match a complete text? Expressions are used in no other way. */
export const whollyBy = (regex: string): RegExp => new RegExp(`^(?:${regex})$`);

/** The names that a rewrite may use: the parameters, and `*` for the text of a trailing wildcard. */
export function capturesOf(pattern: string): string[] {
  const names = pathShapes(pattern).flatMap(({ segments, takesRest }) => [
    ...segments.flatMap((segment) => (segment.kind === "parameter" ? [segment.name] : [])),
    ...(takesRest ? ["*"] : []),
  ]);
  return [...new Set(names)];
}

/** The expressions in the pattern, for the check for slow ones. */
export function expressionsIn(pattern: string): string[] {
  return pathShapes(pattern).flatMap(({ segments, restRegex }) => [
    ...segments.flatMap((segment) =>
      segment.kind === "parameter" && segment.regex !== undefined ? [segment.regex] : [],
    ),
    ...(restRegex === undefined ? [] : [restRegex]),
  ]);
}
