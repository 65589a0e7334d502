// Addresses and ranges as numbers, compared with what ipaddr.js and the platform's URL make of them.
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { parseRange, rangeCovers } from "../../shared/address-range.ts";
import { addressText, addressWords } from "../../shared/address-words.ts";

const bytesOf = (words: readonly number[]) =>
  words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255));

describe("the words of an address", () => {
  it("are its bytes, in every spelling that ipaddr.js writes", () => {
    const bytes = fc.oneof(
      fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }),
      fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const address = ipaddr.fromByteArray(given);
        const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
        const expected = isMapped ? given.slice(12) : given;
        for (const text of [
          address.toString(),
          address.toNormalizedString(),
          address.toString().toUpperCase(),
        ])
          expect(bytesOf(addressWords(text) ?? []), text).toEqual(expected);
      }),
    );
  });

  it("are written in the one spelling that URLs have", () => {
    const groups = fc.array(fc.constantFrom(0, 0, 0, 1, 0xabcd), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (given) => {
        const words = [0, 2, 4, 6].map((at) => Number(given[at]) * 65_536 + Number(given[at + 1]));
        const written = given.map((group) => group.toString(16)).join(":");
        expect(`[${addressText(words)}]`).toBe(new URL(`http://[${written}]/`).hostname);
      }),
      { numRuns: 500 },
    );
    expect(addressText([0xc0000201])).toBe("192.0.2.1");
  });

  it.each([
    ["::", [0, 0, 0, 0]],
    ["::1", [0, 0, 0, 1]],
    ["1::", [0x10000, 0, 0, 0]],
    ["1:2:3:4:5:6:7:8", [0x10002, 0x30004, 0x50006, 0x70008]],
    ["1:2:3:4:5:6:7::", [0x10002, 0x30004, 0x50006, 0x70000]],
    ["::2:3:4:5:6:7:8", [2, 0x30004, 0x50006, 0x70008]],
    ["64:ff9b::192.0.2.1", [0x64ff9b, 0, 0, 0xc0000201]],
    ["::ffff:192.0.2.1", [0xc0000201]],
    ["::ffff:c000:201", [0xc0000201]],
    ["255.255.255.255", [0xffffffff]],
  ])("of %s", (text, words) => {
    expect(addressWords(text)).toEqual(words);
  });

  // Other parsers take some of them for addresses: 010.0.0.1 is 8.0.0.1 to inet_aton, 127.1 is 127.0.0.1.
  it.each([
    ["", "1", "127.1", "010.0.0.1", "1.2.3.4.5", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1"],
    ["0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/32", "1.2.3.-4", "1.2.3.４"],
    [":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8"],
    [
      "12345::",
      "g::",
      "::1%eth0",
      "[::1]",
      "::/",
      "::@",
      "::`",
      "::G",
      "::1.2.3",
      "1.2.3.4::",
      "1:2:3:4:5:6:7:1.2.3.4",
      ":1::",
      "::1:",
    ],
  ])("are none for %s and the like", (...texts) => {
    for (const text of texts) expect(addressWords(text), text).toBeUndefined();
  });
});

describe("a range", () => {
  it("has the addresses that ipaddr.js matches with it, and no other", () => {
    const ipv4 = fc.record({
      base: fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
      bits: fc.nat(32),
      other: fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
    });
    const ipv6 = fc.record({
      base: fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
      bits: fc.nat(128),
      other: fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
    });
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), fc.nat(16), ({ base, bits, other }, shared) => {
        const near = [...base.slice(0, shared), ...other.slice(shared)];
        const wide = ipaddr.fromByteArray(base);
        const address = ipaddr.fromByteArray(near);
        fc.pre(!wide.toString().startsWith("::ffff:") && !address.toString().startsWith("::ffff:"));
        const range = parseRange(`${wide}/${bits}`);
        const single = parseRange(address.toString());
        if (!range || !single) throw new Error("not parsed");
        expect(rangeCovers(range, single)).toBe(address.match([wide, bits] as never));
      }),
    );
  });

  it.each([
    ["10.0.0.0/8", [0x0a000000], [0x0affffff], false],
    ["10.0.0.1/8", [0x0a000000], [0x0affffff], true],
    ["0.0.0.0/0", [0], [0xffffffff], false],
    ["192.0.2.1/32", [0xc0000201], [0xc0000201], false],
    ["192.0.2.1", [0xc0000201], [0xc0000201], false],
    ["2001:db8::/32", [0x20010db8, 0, 0, 0], [0x20010db8, 0xffffffff, 0xffffffff, 0xffffffff], false],
    ["2001:db8::1/64", [0x20010db8, 0, 0, 0], [0x20010db8, 0, 0xffffffff, 0xffffffff], true],
    ["::ffff:10.0.0.0/104", [0x0a000000], [0x0affffff], false],
  ])("%s", (text, first, last, hasHostBits) => {
    expect(parseRange(text)).toEqual({ first, last, hasHostBits });
  });

  it.each([
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0-10.0.0.9",
    "a/8",
  ])("is not %s", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
