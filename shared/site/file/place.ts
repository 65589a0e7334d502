// Where in the document is `routes[2].cache.ttl`?
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
} from "yaml";

/** Documents are parsed with `stringKeys`. */
export type KeyedPair = Pair<Scalar<string>, Node | null>;
const isKeys = isMap<Scalar<string>, Node | null>;
const isList = isSeq<Node>;

/** The offset of the value or of its key; if there is neither, of the nearest parent. */
export function offsetOf(document: Document, keys: readonly PropertyKey[], atKey: boolean): number {
  let node = resolved(document.contents, document);
  let offset = node ? startOf(node) : 0;
  for (const [index, key] of keys.entries()) {
    const atLast = index === keys.length - 1;
    if (isKeys(node)) {
      const pair = pairOf(node.items, String(key), document);
      if (!pair) return offset;
      const value = resolved(pair.value, document);
      if (atLast && !atKey && stands(value)) return startOf(value);
      node = value;
      offset = startOf(pair.key);
    } else if (isList(node)) {
      node = resolved(node.items[Number(key)], document);
      offset = node ? startOf(node) : offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** Its own key, or one merged in with `<<`. */
function pairOf(pairs: readonly KeyedPair[], key: string, document: Document): KeyedPair | undefined {
  const own = pairs.find((pair) => pair.key.value === key);
  if (own) return own;
  // The parsed site has header names in lower case.
  const spelt = pairs.find((pair) => pair.key.value.toLowerCase() === key);
  if (spelt) return spelt;
  for (const pair of pairs) {
    if (pair.key.value !== "<<") continue;
    for (const map of mergedBy(pair, document)) {
      const found = isKeys(map) ? pairOf(map.items, key, document) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** What the value of a `<<` merges in: one set of keys, or a list of them. */
export function mergedBy({ value }: KeyedPair, document: Document): (Node | null | undefined)[] {
  const merged = resolved(value, document);
  return isList(merged) ? merged.items.map((item) => resolved(item, document)) : [merged];
}

/** Whether there is something to point at: an empty value has no position, and a block begins on the next line. */
function stands(value: Node | null | undefined): value is Node {
  if (isScalar(value)) return value.source !== "" || value.value !== null;
  return isCollection(value) && value.flow === true;
}

const resolved = (node: Node | null | undefined, document: Document): Node | null | undefined =>
  isAlias(node) ? node.resolve(document) : node;

/** Whatever was parsed from a text has a range in it. */
export const startOf = (node: Node): number => Number(node.range?.[0]);
