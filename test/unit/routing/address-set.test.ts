// Sets of addresses, compared with a search range by range.
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { parseRange } from "../../../shared/address-range.ts";
import {
  compileAddressSet,
  countRanges,
  packRanges,
  unpackedSet,
} from "../../../worker/routing/address-set.ts";

const few = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const ipv4 = fc.array(few, { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join("."));
const ipv6 = fc
  .array(fc.constantFrom(0, 1, 0x8000, 0xffff), { minLength: 8, maxLength: 8 })
  .map((groups) => new ipaddr.IPv6(groups).toString())
  .filter((text) => !text.startsWith("::ffff:"));
const address = fc.oneof(ipv4, ipv6);
const range = fc.oneof(
  fc.tuple(ipv4, fc.nat(32)).map(([base, bits]) => `${base}/${bits}`),
  fc.tuple(ipv6, fc.nat(128)).map(([base, bits]) => `${base}/${bits}`),
  address,
);

function isInOne(ranges: readonly string[], ip: string): boolean {
  const parsed = ipaddr.parse(ip);
  return ranges.some((text) => {
    const [base, bits] = text.includes("/")
      ? ipaddr.parseCIDR(text)
      : ([ipaddr.parse(text), text.includes(":") ? 128 : 32] as const);
    return base.kind() === parsed.kind() && parsed.match([base, bits] as never);
  });
}

describe("a set of addresses", () => {
  it("has what one of its ranges has, however they lie", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), fc.array(address, { maxLength: 20 }), (ranges, ips) => {
        const set = compileAddressSet(ranges);
        for (const ip of ips) expect(set.has(ip), `${ip} in ${ranges}`).toBe(isInOne(ranges, ip));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [["10.0.0.0/9", "10.128.0.0/9"], 1],
    [["10.0.0.0/8", "10.1.0.0/16", "10.0.0.1"], 1],
    [["10.0.0.0/32", "10.0.0.2/32"], 2],
    [["2001:db8::/64", "2001:db8:0:1::/64"], 1],
    [["2001:db8::/64", "2001:db8:0:1::1"], 2],
    [["2001:db8::/64", "2001:db8:0:1:0:0:1:0"], 2],
    [["255.255.255.255", "0.0.0.0"], 2],
    [["0.0.0.0/0", "255.255.255.255"], 1],
    [["::/1", "8000::/1"], 1],
    [["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"], 2],
    [["10.0.0.0/8", "2001:db8::/32"], 2],
    [[], 0],
  ])("puts ranges together that overlap or touch: %s", (ranges, count) => {
    expect(countRanges(packRanges(ranges.map((one) => parseRange(one) ?? fail(one))))).toBe(count);
  });

  it("is the same after it was sent as bytes", () => {
    const packed = packRanges(["10.0.0.0/8", "2001:db8::/32"].map((one) => parseRange(one) ?? fail(one)));
    const sent = unpackedSet(new Uint32Array(packed.buffer.slice(0)));
    expect(["10.1.2.3", "2001:db8::1", "11.0.0.0", "2001:db9::"].map((ip) => sent?.has(ip))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is not made of bytes that are something else", () => {
    for (const words of [[], [1], [1, 0], [0, 1, 1, 1], [0xffffffff, 0xffffffff], [0, 0, 1]])
      expect(unpackedSet(Uint32Array.from(words)), String(words)).toBeUndefined();
    expect(unpackedSet(Uint32Array.from([0, 0]))?.has("10.0.0.1")).toBe(false);
  });
});

function fail(text: string): never {
  throw new Error(`${text} is no range`);
}
