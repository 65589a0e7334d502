// What a path pattern says, read as Hono's TrieRouter reads it: `/users/:id{[0-9]+}/*` → its segments.
import { checkOptionalParameter, splitRoutingPath } from "hono/utils/url";

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  /** A `*` that is not the last segment: any one segment, an empty one too. */
  | { readonly kind: "any" }
  | { readonly kind: "parameter"; readonly name: string; readonly regex: string | undefined };

export interface PathShape {
  readonly segments: readonly Segment[];
  /** Whether it ends in `/*`, which takes all that follows, and the path without it too. */
  readonly takesRest: boolean;
}

/** One shape, or several where a parameter may be left out (`/users/:id?`). */
export function pathShapes(pattern: string): PathShape[] {
  return (checkOptionalParameter(pattern) ?? [pattern]).map((one) => {
    const labels = splitRoutingPath(one);
    const takesRest = labels.at(-1) === "*";
    return { segments: (takesRest ? labels.slice(0, -1) : labels).map(readSegment), takesRest };
  });
}

function readSegment(label: string): Segment {
  if (label === "*") return { kind: "any" };
  const parameter = /^:([^{}]+)(?:\{(.+)\})?$/.exec(label);
  if (!parameter) return { kind: "literal", text: label };
  return { kind: "parameter", name: parameter[1] ?? "", regex: parameter[2] };
}

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
  return pathShapes(pattern).flatMap(({ segments }) =>
    segments.flatMap((segment) =>
      segment.kind === "parameter" && segment.regex !== undefined ? [segment.regex] : [],
    ),
  );
}
