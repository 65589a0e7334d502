// What a path pattern says: `/users/:id{[0-9]+}/*` → its segments. The router, the check of a file and the prover of
// unreachable routes all read patterns here, so they agree. The syntax is Hono's, with `/*{expression}` beside it; its
// reader is not used, which takes `$&` in an expression and `@4` in a segment for something of its own.
import { literalAsCompared } from "./path-spelling.ts";

export type Segment =
  /** `text` in the spelling in which paths are compared. */
  | { readonly kind: "literal"; readonly text: string; readonly written: string }
  /** A `*` that is not the last segment: any one segment, an empty one too. */
  | { readonly kind: "any" }
  /** One segment that is not empty; with an expression, one segment that it takes wholly. */
  | { readonly kind: "parameter"; readonly name: string; readonly regex: string | undefined };

export interface PathShape {
  readonly segments: readonly Segment[];
  /** Whether it ends in `/*`, which takes all that follows, and the path without it too. */
  readonly takesRest: boolean;
  /** Of `/*{expression}`: what follows has to be taken by it wholly, slashes included. */
  readonly restRegex: string | undefined;
}

/** One shape, or several where parameters may be left out (`/users/:id?`). */
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

const isOptional = (label: string): boolean => /^:.*\?$/.test(label);

function shapeOf(labels: readonly string[]): PathShape {
  const rest = /^\*(?:\{(.+)\})?$/.exec(labels.at(-1) ?? "");
  const segments = (rest ? labels.slice(0, -1) : labels).map(readSegment);
  return { segments, takesRest: rest !== null, restRegex: rest?.[1] };
}

/** What stands between the slashes, but for those within the braces of an expression. */
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
  return { kind: "parameter", name: parameter[1] ?? "", regex: parameter[2] };
}

/** Does the expression take all of a text? The one way in which expressions are used. */
export const whollyBy = (regex: string): RegExp => new RegExp(`^(?:${regex})$`);

/** The names that a rewrite may use: the parameters, and `*` for what a trailing wildcard takes. */
export function capturesOf(pattern: string): string[] {
  const shapes = pathShapes(pattern);
  const names = shapes.flatMap(({ segments }) =>
    segments.flatMap((segment) => (segment.kind === "parameter" ? [segment.name] : [])),
  );
  return [...new Set(shapes.some(({ takesRest }) => takesRest) ? [...names, "*"] : names)];
}

/** The expressions in it, for whoever wants to know whether they are slow. */
export function expressionsIn(pattern: string): string[] {
  return pathShapes(pattern).flatMap(({ segments, restRegex }) => [
    ...segments.flatMap((segment) =>
      segment.kind === "parameter" && segment.regex !== undefined ? [segment.regex] : [],
    ),
    ...(restRegex === undefined ? [] : [restRegex]),
  ]);
}
