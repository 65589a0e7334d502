// Which address lists has the keeper of a site read? Isolates are told the digest of each, and ask for the list itself if they do
// not have that one: lists are large, and change seldom.
import { isListKey, MAX_WANTED } from "./list-wanted.ts";

/** The digest of each list, by its key (list-wanted.ts). A list that was never read is absent. */
export type ListsTold = Readonly<Record<string, string>>;

export const NO_LISTS_TOLD: ListsTold = {};

/** Enough to tell the versions of a list apart. */
const DIGEST = /^[\da-f]{32}$/;

export const isListDigest = (text: string): boolean => DIGEST.test(text);

/** As it was stored or received. What cannot be read of it is left out: then the isolate keeps the list that it has. */
export function readListsTold(value: unknown): ListsTold {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return NO_LISTS_TOLD;
  const read = Object.entries(value).filter(
    ([key, digest]) => isListKey(key) && typeof digest === "string" && DIGEST.test(digest),
  );
  return read.length === 0 ? NO_LISTS_TOLD : Object.fromEntries(read.slice(0, MAX_WANTED));
}
