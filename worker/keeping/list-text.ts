// What does the text of a published address list say? One address or range at the beginning of each line, comments after # or ;, as
// Spamhaus (`1.10.16.0/20 ; SBL256894`), Cloudflare and FireHOL publish them. Pure.
import { type AddressRange, parseRange } from "../../shared/address-range.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { packRanges } from "../routing/address-set.ts";

export interface ListRead {
  /** As routing/address-set.ts packs them. */
  readonly words: Uint32Array;
  /** Lines that say something else. */
  readonly skipped: number;
}

/** Why an answer is no list. It is a word in the log. */
export type ListObjection = "html" | "empty" | "not-a-list" | "too-many" | "everybody";

/** Twice as many as the longest list that is published often (FireHOL's and IPsum's); 1.6 MB as IPv4, 6.4 MB as IPv6. */
export const MAX_LIST_RANGES = 200_000;

/** More unreadable lines than this share mean that the format is another one. */
const MAX_SKIPPED = 0.1;
/** More of them than the longest list may have. */
const MOST_SKIPPED = MAX_LIST_RANGES * MAX_SKIPPED * 2;

/**
 * Of each line that says something; white space includes the mark of the encoding. The lines are not split: eight megabytes may have as
 * many, and an array of them would not fit into the memory of a keeper.
 */
const FIRST_WORD = /(?:^|[\r\n])[^\S\r\n]*([^\s,#;]+)/g;

export function readListText(text: string): Result<ListRead, ListObjection> {
  // An error page or a consent page that comes with 200. No list begins like this. (A mark of the encoding is white space, too.)
  if (/^\s*</.test(text)) return err("html");
  const ranges: AddressRange[] = [];
  let skipped = 0;
  for (const [, written = ""] of text.matchAll(FIRST_WORD)) {
    const range = parseRange(written);
    if (!range) {
      if (++skipped > MOST_SKIPPED) return err("not-a-list");
    } else if (ranges.push(range) > MAX_LIST_RANGES) return err("too-many");
  }
  if (ranges.length === 0) return err(skipped === 0 ? "empty" : "not-a-list");
  if (skipped > MAX_SKIPPED * (ranges.length + skipped)) return err("not-a-list");
  // A slip of the publisher would lock everybody out, or let everybody in.
  if (ranges.some(isEverybody)) return err("everybody");
  return ok({ words: packRanges(ranges), skipped });
}

const isEverybody = ({ first, last }: AddressRange): boolean =>
  first.every((word) => word === 0) && last.every((word) => word === 0xffffffff);
