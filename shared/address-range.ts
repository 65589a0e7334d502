// Ranges of addresses as numbers. Ranges of IPv4-mapped IPv6 addresses (::ffff:…) count as IPv4. Pure.
import { type AddressWords, addressWords, ipv4Word, ipv6Words, isMapped } from "./address-words.ts";

export interface AddressRange {
  readonly first: AddressWords;
  readonly last: AddressWords;
  /** Whether the address that was written is not the first of the range: `10.0.0.1/8`. */
  readonly hasHostBits: boolean;
}

/** `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined if the text is something else. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  if (slash === -1) {
    const words = addressWords(text);
    return words && { first: words, last: words, hasHostBits: false };
  }
  const base = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  const ipv4 = ipv4Word(base);
  if (ipv4 !== undefined) return rangeOf([ipv4], Number(bits));
  const words = ipv6Words(base);
  if (!words) return undefined;
  return isMapped(words) && Number(bits) >= MAPPED_BITS
    ? rangeOf(words.slice(3), Number(bits) - MAPPED_BITS)
    : rangeOf(words, Number(bits));
}

/** Negative if the first is smaller. Both have the same number of words. */
export function compareWords(one: AddressWords, other: AddressWords): number {
  for (let at = 0; at < one.length; at++) {
    const difference = Number(one[at]) - Number(other[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const isSameKind = (one: AddressRange, other: AddressRange): boolean =>
  one.first.length === other.first.length;

/** Whether the wide range has every address of the narrow one. */
export const rangeCovers = (wide: AddressRange, narrow: AddressRange): boolean =>
  isSameKind(wide, narrow) &&
  compareWords(wide.first, narrow.first) <= 0 &&
  compareWords(narrow.last, wide.last) <= 0;

const MAPPED_BITS = 96;

function rangeOf(base: AddressWords, bits: number): AddressRange | undefined {
  if (bits > base.length * 32) return undefined;
  const hostBits = base.map((_word, at) => {
    const fixed = Math.min(32, Math.max(0, bits - at * 32));
    return fixed === 32 ? 0 : 0xffffffff >>> fixed;
  });
  const first = base.map((word, at) => (word & ~Number(hostBits[at])) >>> 0);
  const last = base.map((word, at) => (word | Number(hostBits[at])) >>> 0);
  return { first, last, hasHostBits: compareWords(first, base) !== 0 };
}
