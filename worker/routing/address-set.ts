// Is this address in one of these ranges? Compiled once, to sorted arrays of numbers: a list may have 100,000 ranges, and its bytes
// are what the keeper sends to the isolates. An IPv4-mapped IPv6 address (::ffff:…) counts as IPv4, both in the ranges and in the
// address. Pure.
import { type AddressRange, compareWords, parseRange } from "../../shared/address-range.ts";
import { type AddressWords, addressWords } from "../../shared/address-words.ts";

export interface AddressSet {
  /** False if the text is not an address. */
  has(ip: string): boolean;
}

/** The ranges of one kind of address, sorted and apart: no two overlap or touch. */
interface Ranges {
  /** Of each range its first address and then its last, in words. */
  readonly words: Uint32Array;
  readonly wordsPerAddress: number;
}

/** Expects valid ranges. */
export function compileAddressSet(ranges: readonly string[]): AddressSet {
  return setOf(
    packRanges(
      ranges.map((text) => {
        const range = parseRange(text);
        if (!range) throw new Error(`${text} is no range: the site was not validated`);
        return range;
      }),
    ),
  );
}

/** Two headers of a word each, the numbers of IPv4 and IPv6 ranges, and the ranges. */
export function packRanges(ranges: readonly AddressRange[]): Uint32Array {
  const ipv4 = merged(ranges.filter(({ first }) => first.length === 1));
  const ipv6 = merged(ranges.filter(({ first }) => first.length === 4));
  const words = new Uint32Array(2 + ipv4.length * 2 + ipv6.length * 8);
  let at = 0;
  // One by one: an array of all words would take tens of megabytes.
  const write = (more: readonly number[]) => {
    words.set(more, at);
    at += more.length;
  };
  write([ipv4.length, ipv6.length]);
  for (const { first, last } of [...ipv4, ...ipv6]) {
    write(first);
    write(last);
  }
  return words;
}

/** Undefined if the words are something else than what `packRanges` makes. */
export function unpackedSet(words: Uint32Array): AddressSet | undefined {
  const [ipv4 = 0, ipv6 = 0] = words;
  return words.length === 2 + ipv4 * 2 + ipv6 * 8 ? setOf(words) : undefined;
}

export const countRanges = ([ipv4 = 0, ipv6 = 0]: Uint32Array): number => ipv4 + ipv6;

function setOf(words: Uint32Array): AddressSet {
  const end = 2 + Number(words[0]) * 2;
  const ipv4 = { words: words.subarray(2, end), wordsPerAddress: 1 };
  const ipv6 = { words: words.subarray(end), wordsPerAddress: 4 };
  return {
    has(ip) {
      const address = addressWords(ip);
      return address !== undefined && isIn(address.length === 1 ? ipv4 : ipv6, address);
    },
  };
}

/** The last range that begins at or before the address is the only one that may have it. */
function isIn({ words, wordsPerAddress: size }: Ranges, address: AddressWords): boolean {
  let low = 0;
  let high = words.length / (2 * size);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(words, middle * 2 * size, address) <= 0) low = middle + 1;
    else high = middle;
  }
  return low > 0 && compareAt(words, (low * 2 - 1) * size, address) >= 0;
}

/** Negative if what stands there is smaller than the address. */
function compareAt(words: Uint32Array, from: number, address: AddressWords): number {
  for (let at = 0; at < address.length; at++) {
    const difference = Number(words[from + at]) - Number(address[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const apart: AddressRange[] = [];
  for (const range of ranges.toSorted((one, other) => compareWords(one.first, other.first))) {
    const before = apart.at(-1);
    if (!before || compareWords(next(before.last), range.first) < 0) apart.push(range);
    else if (compareWords(before.last, range.last) < 0)
      apart[apart.length - 1] = { ...before, last: range.last };
  }
  return apart;
}

/** The address that follows. After the last one there is none, and everything is before the result. */
function next(words: AddressWords): AddressWords {
  const after = [...words];
  for (let at = after.length - 1; at >= 0; at--) {
    if (after[at] !== 0xffffffff) {
      after[at] = Number(after[at]) + 1;
      return after;
    }
    after[at] = 0;
  }
  return words.map(() => 0x1_0000_0000);
}
