// Which patterns match this path, and what do they capture? A tree over segments, built from the same shapes that the
// check of a site file reads, so that both have the same understanding of a pattern. Hono's TrieRouter is not used: it
// lets an expression match across slashes, and takes `/%2A` for a star (docs/decisions/0028).
//
// Paths are compared in one spelling (shared/site/path-spelling.ts) and captured as they go on the wire.
import { type PathShape, pathShapes, type Segment, whollyBy } from "../../shared/site/path-pattern.ts";
import { asCompared, literalAsCompared } from "../../shared/site/path-spelling.ts";
import { mergeSlashes } from "./canonical-target.ts";

/** Parameters by name, and the text of the trailing wildcard under `*`. As they are on the wire. */
export type Captures = Readonly<Record<string, string>>;

export interface PathTable<T> {
  /** Every entry whose pattern matches, in file order. Lazy: a caller that stops early does no further work. */
  match(path: string): Iterable<PathMatch<T>>;
  takes(path: string): boolean;
}

export interface PathMatch<T> {
  readonly value: T;
  captures(): Captures;
}

interface Entry<T> {
  readonly order: number;
  readonly value: T;
}

/** An entry at the end of its pattern. */
interface Placed<T> extends Entry<T> {
  readonly shape: PathShape;
}

/**
 * A node usually has only one or two of these, and there are as many nodes as segments in all patterns. So what is not
 * used stays undefined.
 */
interface Node<T> {
  /** The node of a `*` in the middle: a trailing `/*` after it needs one more segment. */
  readonly isAny: boolean;
  literals: Map<string, Node<T>> | undefined;
  expressions: Map<string, { readonly wholly: RegExp; readonly node: Node<T> }> | undefined;
  parameter: Node<T> | undefined;
  any: Node<T> | undefined;
  exactly: Placed<T>[] | undefined;
  below: Placed<T>[] | undefined;
  belowBy: Map<string, { readonly wholly: RegExp; readonly placed: Placed<T>[] }> | undefined;
}

/** A path as an origin may read it. */
interface Reading {
  readonly wire: string;
  /** In the spelling used for comparison. */
  readonly segments: readonly string[];
}

interface Found<T> {
  readonly placed: readonly Placed<T>[];
  readonly reading: Reading;
}

const EVERY_PATH: PathShape = { segments: [], takesRest: true, restRegex: undefined };

/**
 * One tree for each first segment that the patterns name, and one for patterns that begin with a parameter or a star.
 * Patterns that match every path, such as the last route of most sites, need no tree. Each tree is built when the first
 * path arrives that begins like it. Otherwise a cold isolate would spend most of its first response on patterns that no
 * request needs.
 */
export function compilePathTable<T>(
  entries: readonly { patterns: readonly string[]; value: T }[],
): PathTable<T> {
  /** Not built yet. */
  const groups = new Map<string | undefined, (Entry<T> & { readonly pattern: string })[]>();
  const everywhere: Placed<T>[] = [];
  entries.forEach(({ patterns, value }, order) => {
    for (const pattern of patterns) {
      if (pattern === "/*") everywhere.push({ order, value, shape: EVERY_PATH });
      else {
        const first = literalStart(pattern);
        const group = groups.get(first);
        if (group) group.push({ pattern, order, value });
        else groups.set(first, [{ pattern, order, value }]);
      }
    }
  });
  const trees = new Map<string | undefined, Node<T>>();
  const treeFor = (first: string | undefined) => {
    const group = groups.get(first);
    if (group) {
      trees.set(first, buildTree(group));
      groups.delete(first);
    }
    return trees.get(first);
  };
  const find = (path: string): Found<T>[] => {
    const found: Found<T>[] = [];
    for (const reading of readingsOf(path)) {
      if (everywhere.length > 0) found.push({ placed: everywhere, reading });
      for (const first of [reading.segments[0], undefined]) {
        const tree = treeFor(first);
        if (tree) collect(tree, reading, 0, found);
      }
    }
    return found;
  };
  return {
    match: (path) => inOrder(find(path)),
    takes: (path) => find(path).length > 0,
  };
}

/** The first segment, if it is literal. */
function literalStart(pattern: string): string | undefined {
  const end = pattern.indexOf("/", 1);
  const first = pattern.slice(1, end === -1 ? undefined : end);
  return /^[^:*{]*$/.test(first) ? literalAsCompared(first) : undefined;
}

/**
 * The path as it is and, if it has `;parameters`, also without them, because Java servers resolve a path that way: a
 * route that guards `/admin/*` must also guard `/admin;x/users`.
 */
function readingsOf(path: string): Reading[] {
  const compared = asCompared(path);
  const asItIs = readingOf(path, compared);
  if (!compared.includes(";")) return [asItIs];
  return [asItIs, readingOf(withoutParameters(path), withoutParameters(compared))];
}

const readingOf = (wire: string, compared: string): Reading => ({
  wire,
  segments: compared.slice(1).split("/"),
});

const withoutParameters = (path: string): string => mergeSlashes(path.replace(/(?:;|%3B)[^/]*/g, ""));

function buildTree<T>(group: readonly (Entry<T> & { readonly pattern: string })[]): Node<T> {
  const root = newNode<T>();
  for (const { pattern, order, value } of group) {
    for (const shape of pathShapes(pattern)) {
      let node = root;
      for (const segment of shape.segments) node = childFor(node, segment);
      endOf(node, shape).push({ order, value, shape });
    }
  }
  return root;
}

function childFor<T>(node: Node<T>, segment: Segment): Node<T> {
  switch (segment.kind) {
    case "any":
      node.any ??= newNode(true);
      return node.any;
    case "literal": {
      node.literals ??= new Map();
      const child = node.literals.get(segment.text) ?? newNode<T>();
      node.literals.set(segment.text, child);
      return child;
    }
    case "parameter": {
      const { regex } = segment;
      if (regex === undefined) {
        node.parameter ??= newNode();
        return node.parameter;
      }
      node.expressions ??= new Map();
      const child = node.expressions.get(regex) ?? { wholly: whollyBy(regex), node: newNode<T>() };
      node.expressions.set(regex, child);
      return child.node;
    }
  }
}

function endOf<T>(node: Node<T>, { takesRest, restRegex }: PathShape): Placed<T>[] {
  if (!takesRest) {
    node.exactly ??= [];
    return node.exactly;
  }
  if (restRegex === undefined) {
    node.below ??= [];
    return node.below;
  }
  node.belowBy ??= new Map();
  const end = node.belowBy.get(restRegex) ?? { wholly: whollyBy(restRegex), placed: [] };
  node.belowBy.set(restRegex, end);
  return end.placed;
}

const newNode = <T>(isAny = false): Node<T> => ({
  isAny,
  literals: undefined,
  expressions: undefined,
  parameter: undefined,
  any: undefined,
  exactly: undefined,
  below: undefined,
  belowBy: undefined,
});

/** Visits each node at most once. The cost of a path is bounded by the number of patterns that begin like it. */
function collect<T>(node: Node<T>, reading: Reading, index: number, found: Found<T>[]): void {
  const { segments } = reading;
  const segment = segments[index];
  if (segment !== undefined || !node.isAny) {
    if (node.below) found.push({ placed: node.below, reading });
    for (const { wholly, placed } of node.belowBy?.values() ?? []) {
      if (wholly.test(segments.slice(index).join("/"))) found.push({ placed, reading });
    }
  }
  if (segment === undefined) {
    if (node.exactly) found.push({ placed: node.exactly, reading });
    return;
  }
  const literal = node.literals?.get(segment);
  if (literal) collect(literal, reading, index + 1, found);
  if (node.parameter && segment !== "") collect(node.parameter, reading, index + 1, found);
  if (node.any) collect(node.any, reading, index + 1, found);
  for (const { wholly, node: child } of node.expressions?.values() ?? []) {
    if (wholly.test(segment)) collect(child, reading, index + 1, found);
  }
}

interface Head<T> extends Found<T> {
  next: number;
}

/** Merges the entries of the matching patterns, in file order. */
function* inOrder<T>(found: readonly Found<T>[]): Generator<PathMatch<T>> {
  const heads = found.map(({ placed, reading }): Head<T> => ({ placed, reading, next: 0 }));
  for (;;) {
    let first: { readonly head: Head<T>; readonly entry: Placed<T> } | undefined;
    for (const head of heads) {
      const entry = head.placed[head.next];
      if (entry && entry.order < (first?.entry.order ?? Number.POSITIVE_INFINITY)) first = { head, entry };
    }
    if (!first) return;
    const { head, entry } = first;
    head.next++;
    yield { value: entry.value, captures: () => capture(head.reading.wire, entry.shape) };
  }
}

/** Works segment by segment: both spellings of a path have the same slashes. */
function capture(wire: string, { segments, takesRest }: PathShape): Captures {
  const captures: Record<string, string> = Object.create(null); // a parameter may be called `constructor`
  const parts = wire.split("/");
  segments.forEach((segment, index) => {
    if (segment.kind === "parameter") captures[segment.name] = parts[index + 1] ?? "";
  });
  if (takesRest) captures["*"] = parts.slice(segments.length + 1).join("/");
  return captures;
}
