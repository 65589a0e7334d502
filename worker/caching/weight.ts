// How much memory an entry takes in an isolate. The numbers are measured (bench/entry-weight.ts): if responses are small, a
// store that counts only bodies uses several times its limit.
import type { Entry } from "./entry.ts";

/** The entry, its terms, the array and buffer of its body, the store's node, and its place in the map. */
const ENTRY_BYTES = 2_000;
/** The prepared objects beside the pairs, with strict security headers, so that a hit copies them and does not build them. */
const PREPARED_BYTES = 6_000;
/** A pair, its place in the Headers, and the overhead of both strings. */
const FIELD_BYTES = 350;
const TAG_BYTES = 50;
const VARIANT_BYTES = 350;
const SELECTOR_BYTES = 150;

/** Includes the key, but not the bytes of the body. */
export function weightOf(key: string, entry: Entry): number {
  const own = ENTRY_BYTES + textBytes(key);
  if (entry.kind === "response") {
    const { headers, resource } = entry;
    const named = resource.tags.reduce(
      (sum, tag) => sum + TAG_BYTES + textBytes(tag),
      textBytes(resource.path),
    );
    return headers.reduce(
      (sum, [name, value]) => sum + FIELD_BYTES + textBytes(name) + textBytes(value),
      own + PREPARED_BYTES + named,
    );
  }
  if (entry.kind === "change") return own;
  return entry.variants.reduce((sum, { key: at, selectors }) => {
    const pairs = Object.entries(selectors);
    const selecting = pairs.reduce((bytes, [, value]) => bytes + SELECTOR_BYTES + textBytes(value), 0);
    return sum + VARIANT_BYTES + textBytes(at) + selecting;
  }, own);
}

/** One byte per character, or two per character if any of them is outside Latin-1. */
function textBytes(text: string): number {
  return /[^\x00-\xff]/.test(text) ? text.length * 2 : text.length;
}
