// Which of the patterns inserted so far match every path that this one matches? A trie over segments, so the cost
// depends on the depth of the pattern and not on the number of patterns. Sound but not complete: the router also
// matches whatever is reported here, and expressions in braces are compared by their text, not by what they match.
import { type PathShape, type Segment, whollyBy } from "../path-pattern.ts";

export interface PathTrie<T> {
  /** Stores the result of `make` at the pattern. Later calls with the same pattern return it. */
  at(shape: PathShape, make: () => T): T;
  /** Everything stored at a pattern that matches all that `shape` matches. */
  around(shape: PathShape): T[];
}

interface Node<T> {
  /** The node of a `*` in the middle: a trailing `/*` after it needs one more segment. */
  readonly isAny: boolean;
  readonly literals: Map<string, Node<T>>;
  readonly expressions: Map<string, Expression<T>>;
  parameter?: Node<T>;
  any?: Node<T>;
  exactly?: T;
  andBelow?: T;
  /** For `/*{expression}`, by its expression. */
  readonly belowBy: Map<string | undefined, T>;
}

interface Expression<T> {
  readonly wholly: RegExp;
  readonly node: Node<T>;
}

/** The number of expressions tried against a literal segment at one place. */
const MAX_EXPRESSIONS_TRIED = 64;

export function pathTrie<T>(): PathTrie<T> {
  const root = newNode<T>(false);
  return {
    at(shape, make) {
      let node = root;
      for (const segment of shape.segments) node = childFor(node, segment);
      if (shape.restRegex !== undefined) {
        const standing = node.belowBy.get(shape.restRegex) ?? make();
        node.belowBy.set(shape.restRegex, standing);
        return standing;
      }
      if (shape.takesRest) {
        node.andBelow ??= make();
        return node.andBelow;
      }
      node.exactly ??= make();
      return node.exactly;
    },
    around: (shape) => [...takersFrom(root, shape, 0)],
  };
}

function* takersFrom<T>(node: Node<T>, shape: PathShape, index: number): Generator<T> {
  const segment = shape.segments[index];
  if (node.andBelow !== undefined && takesRemainder(node, shape, index)) yield node.andBelow;
  if (!segment) {
    if (!shape.takesRest && node.exactly !== undefined) yield node.exactly;
    const same = node.belowBy.get(shape.restRegex);
    if (same !== undefined && takesRemainder(node, shape, index)) yield same;
    return;
  }
  for (const wider of widerChildren(node, segment)) {
    yield* takersFrom(wider, shape, index + 1);
  }
}

/** Does a trailing `/*` at this node match the rest of the shape, and the bare path if nothing is left? */
function takesRemainder<T>(node: Node<T>, shape: PathShape, index: number): boolean {
  if (index < shape.segments.length || !node.isAny) return true;
  return shape.segments.at(-1)?.kind === "any"; // at the end it is followed by `/*`
}

function widerChildren<T>(node: Node<T>, segment: Segment): Node<T>[] {
  const { parameter, any } = node;
  const wider: (Node<T> | undefined)[] = [];
  switch (segment.kind) {
    case "literal":
      wider.push(node.literals.get(segment.text), any, segment.text === "" ? undefined : parameter);
      wider.push(...expressionsThatMatch(node, segment.text));
      break;
    case "any":
      wider.push(any);
      break;
    case "parameter":
      if (segment.regex === undefined) wider.push(parameter, any);
      else {
        const mayBeEmpty = whollyBy(segment.regex).test("");
        wider.push(node.expressions.get(segment.regex)?.node, any, mayBeEmpty ? undefined : parameter);
      }
  }
  return wider.filter((child) => child !== undefined);
}

function* expressionsThatMatch<T>(node: Node<T>, text: string): Generator<Node<T>> {
  let tried = 0;
  for (const { wholly, node: child } of node.expressions.values()) {
    if (wholly.test(text)) yield child;
    if (++tried >= MAX_EXPRESSIONS_TRIED) return;
  }
}

function childFor<T>(node: Node<T>, segment: Segment): Node<T> {
  if (segment.kind === "any") {
    node.any ??= newNode(true);
    return node.any;
  }
  if (segment.kind === "literal") {
    const child = node.literals.get(segment.text) ?? newNode<T>(false);
    node.literals.set(segment.text, child);
    return child;
  }
  const { regex } = segment;
  if (regex === undefined) {
    node.parameter ??= newNode(false);
    return node.parameter;
  }
  const child = node.expressions.get(regex) ?? { wholly: whollyBy(regex), node: newNode<T>(false) };
  node.expressions.set(regex, child);
  return child.node;
}

const newNode = <T>(isAny: boolean): Node<T> => ({
  isAny,
  literals: new Map(),
  expressions: new Map(),
  belowBy: new Map(),
});
