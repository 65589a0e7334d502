// Where in the document is `routes[2].cache.ttl`?
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
} from "yaml";

/** The offset of the value or of its key; if there is neither, of the nearest parent. */
export function offsetOf(document: Document, keys: readonly PropertyKey[], atKey: boolean): number {
  let node = resolved(document.contents, document);
  let offset = node?.range?.[0] ?? 0;
  for (const [index, key] of keys.entries()) {
    const atLast = index === keys.length - 1;
    if (isMap(node)) {
      const pair = pairOf(node.items, key, document);
      if (!pair) return offset;
      const keyOffset = startOf(pair.key) ?? offset;
      const value = resolved(pair.value, document);
      if (atLast && !atKey) return stands(value) ? (startOf(value) ?? keyOffset) : keyOffset;
      node = value;
      offset = keyOffset;
    } else if (isSeq(node)) {
      node = resolved(node.items[Number(key)], document);
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** Its own key, or one merged in with `<<`. */
function pairOf(pairs: readonly Pair[], key: PropertyKey, document: Document): Pair | undefined {
  const own = pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
  if (own) return own;
  // The parsed site has header names in lower case.
  const spelt = pairs.find(
    (pair) => isScalar(pair.key) && String(pair.key.value).toLowerCase() === String(key).toLowerCase(),
  );
  if (spelt) return spelt;
  for (const pair of pairs) {
    if (!isScalar(pair.key) || (pair.key.value !== "<<" && pair.key.source !== "<<")) continue;
    const merged = resolved(pair.value, document);
    const maps = isSeq(merged) ? merged.items.map((item) => resolved(item, document)) : [merged];
    for (const map of maps) {
      const found = isMap(map) ? pairOf(map.items, key, document) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** Whether there is something to point at: an empty value has no position, and a block begins on the next line. */
function stands(value: Node | undefined): boolean {
  if (isScalar(value)) return value.source !== "" || value.value !== null;
  return !isCollection(value) || value.flow === true;
}

function resolved(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isNode(node) ? node : undefined;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
