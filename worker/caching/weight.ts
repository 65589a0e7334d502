// How much memory does an entry take in an isolate? Measured, not guessed (bench/entry-weight.ts): a store that
// counts bodies alone holds several times what it may where responses are small.
import type { Entry } from "./entry.ts";

/** The entry, its terms, the array and the buffer of its body, the store's own node, and a place in the map. */
const ENTRY_BYTES = 2_000;
/** What a response is kept with beside its pairs, so that a hit copies it instead of making it. */
const PREPARED_BYTES = 2_700;
/** A pair and its place in the Headers, and what goes with the strings of both. */
const FIELD_BYTES = 350;
const VARIANT_BYTES = 350;
const SELECTOR_BYTES = 150;

/** With its key, and without the bytes of its body. */
export function weightOf(key: string, entry: Entry): number {
  const own = ENTRY_BYTES + textBytes(key);
  if (entry.kind === "response") {
    return entry.headers.reduce(
      (sum, [name, value]) => sum + FIELD_BYTES + textBytes(name) + textBytes(value),
      own + PREPARED_BYTES,
    );
  }
  if (entry.kind === "change") return own;
  return entry.variants.reduce((sum, { key: at, selectors }) => {
    const pairs = Object.entries(selectors);
    const selecting = pairs.reduce((bytes, [, value]) => bytes + SELECTOR_BYTES + textBytes(value), 0);
    return sum + VARIANT_BYTES + textBytes(at) + selecting;
  }, own);
}

/** One byte for each character, or two for all where one of them is beyond Latin-1. */
function textBytes(text: string): number {
  return /[^\x00-\xff]/.test(text) ? text.length * 2 : text.length;
}
