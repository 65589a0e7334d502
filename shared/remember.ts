// Remembers results by their input text: a site has few peers, and browsers spell a header field in few ways. The
// memory is bounded by the length of the texts, because clients write them.
import { BoundedMap } from "./bounded-map.ts";

/** Remembers at most `characters` of text, but always the latest one. The result must not be modified. */
export function remember<Result>(
  characters: number,
  work: (text: string) => Result,
): (text: string) => Result {
  const known = new BoundedMap<{ readonly text: string; readonly result: Result }>(
    characters,
    ({ text }) => text.length,
  );
  return (text) => {
    const before = known.get(text);
    if (before) return before.result;
    const result = work(text);
    known.set(text, { text, result });
    return result;
  };
}
