// Addresses as numbers: an IPv4 address is one 32-bit word, an IPv6 address four. Strict: an IPv4 address must be four decimal numbers
// without leading zeros (`010.0.0.1` and `127.1` mean different hosts to different parsers), and no address has a zone. Pure.

/** In order, most significant first: one word for IPv4, four for IPv6. */
export type AddressWords = readonly number[];

/** Undefined if the text is no address. An IPv4-mapped IPv6 address (::ffff:…) counts as IPv4. */
export function addressWords(text: string): AddressWords | undefined {
  const ipv4 = ipv4Word(text);
  if (ipv4 !== undefined) return [ipv4];
  const words = ipv6Words(text);
  return words && isMapped(words) ? words.slice(3) : words;
}

export const isMapped = (words: AddressWords): boolean =>
  words[0] === 0 && words[1] === 0 && words[2] === 0xffff;

/** One spelling for each address (RFC 5952). */
export function addressText(words: AddressWords): string {
  const [first = 0] = words;
  if (words.length === 1) return [24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".");
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const { from, length } = longestZeros(groups);
  const text = (some: readonly number[]) => some.map((group) => group.toString(16)).join(":");
  return length < 2 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

/** The first of the longest runs. */
function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { from: at + 1 - length, length };
  }
  return best;
}

/** Read digit by digit: this is on the path of every request that a list is asked about. */
export function ipv4Word(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let word = 0;
  let octet = -1; // no digit yet
  let dots = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (octet < 0) return undefined;
      dots++;
      word = word * 256 + octet;
      octet = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? word * 256 + octet : undefined;
}

/** RFC 4291 §2.2, without a zone. */
export function ipv6Words(text: string): AddressWords | undefined {
  const gap = text.indexOf("::");
  if (gap === -1) {
    const groups = groupsOf(text);
    return groups?.length === 8 ? wordsOf(groups) : undefined;
  }
  const before = gap === 0 ? [] : groupsOf(text.slice(0, gap));
  const after = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2));
  if (!before || !after || text.slice(0, gap).includes(".")) return undefined;
  const missing = 8 - before.length - after.length;
  return missing < 1 ? undefined : wordsOf([...before, ...Array<number>(missing).fill(0), ...after]);
}

function groupsOf(text: string): number[] | undefined {
  const groups: number[] = [];
  let from = 0;
  for (;;) {
    const colon = text.indexOf(":", from);
    const group = text.slice(from, colon === -1 ? undefined : colon);
    if (colon === -1 && group.includes(".")) {
      const word = ipv4Word(group);
      if (word === undefined) return undefined;
      groups.push(Math.floor(word / 65_536), word % 65_536);
      return groups;
    }
    const value = hexadecimal(group);
    if (value === undefined || groups.length === 8) return undefined;
    groups.push(value);
    if (colon === -1) return groups;
    from = colon + 1;
  }
}

function hexadecimal(group: string): number | undefined {
  if (group.length < 1 || group.length > 4) return undefined;
  let value = 0;
  for (let at = 0; at < group.length; at++) {
    const code = group.charCodeAt(at);
    const lower = code | 0x20;
    if (code >= 48 && code <= 57) value = value * 16 + code - 48;
    else if (lower >= 97 && lower <= 102) value = value * 16 + lower - 87;
    else return undefined;
  }
  return value;
}

const wordsOf = (groups: readonly number[]): AddressWords =>
  [0, 2, 4, 6].map((at) => Number(groups[at]) * 65_536 + Number(groups[at + 1]));
