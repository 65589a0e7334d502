import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { addressBesidePort, canonicalAddress, canonicalIpv6 } from "../../../shared/address.ts";
import { compileAddressSet } from "../../../worker/routing/address-set.ts";

describe("an address as proxies write it, with or without a port", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["192.0.2.1:7", "192.0.2.1"],
    ["192.0.2.1:65535", "192.0.2.1"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["[2001:db8::1]:7", "2001:db8::1"],
    ["[2001:db8::1]:65535", "2001:db8::1"],
    ["192.0.2.1:_x", "192.0.2.1"],
    ["192.0.2.1:_gazonk-7.b_", "192.0.2.1"],
    ["[2001:db8::1]:_x", "2001:db8::1"],
    ["[2001:db8::1]:_gazonk-7.b_", "2001:db8::1"],
    // IPv4 written as IPv6 is the IPv4 address, so that a range of IPv4 addresses holds it.
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["[::ffff:192.0.2.1]:80", "192.0.2.1"],
  ])("%s is %s", (text, address) => {
    expect(addressBesidePort(text)).toBe(address);
  });

  it.each([
    // RFC 7239 §6: a node may be unknown or obfuscated.
    "unknown",
    "_hidden",
    "_hidden:80",
    "",
    "[]",
    ":80",
    "192.0.2.1:_",
    "192.0.2.1:_a b",
    "192.0.2.1:_a:b",
    "[2001:db8::1]:_",
    "[2001:db8::1]:_a,b",
    // A port has five digits at most, and nothing may stand around an address.
    "192.0.2.1:",
    "192.0.2.1:123456",
    "192.0.2.1:80x",
    "x192.0.2.1:80",
    "192.0.2.1:80, 192.0.2.2",
    "[2001:db8::1]:",
    "[2001:db8::1]:123456",
    "[2001:db8::1]x",
    "x[2001:db8::1]",
    "[2001:db8::1",
    // Parsers disagree on these: as octal, 010.0.0.1 is 8.0.0.1.
    "010.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "fe80::1%eth0",
  ])("%j is no address", (text) => {
    expect(addressBesidePort(text)).toBeUndefined();
  });
});

/** Addresses in all spellings, and what nearly is one. */
const ipv4 = fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((bytes) => bytes.join("."));
const group = fc.oneof(
  fc.constant("0"),
  fc.nat(0x1ffff).map((value) => value.toString(16)),
);
const groups = fc.array(group, { maxLength: 8 }).map((all) => all.join(":"));
const ipv6 = fc.oneof(
  groups,
  fc.tuple(groups, groups).map(([before, after]) => `${before}::${after}`),
  fc.tuple(groups, ipv4).map(([before, after]) => `${before}:${after}`),
  ipv4.map((address) => `::ffff:${address}`),
  groups.map((all) => `${all}%eth0`),
);
const written = fc.oneof(
  ipv4,
  ipv6,
  ipv6.map((text) => text.toUpperCase()),
);

const byIpaddr = (text: string) =>
  !text.includes("%") && ipaddr.isValid(text) && !/^[^:]*$/.test(text)
    ? ipaddr.IPv6.parse(text)
    : ipaddr.IPv4.isValidFourPartDecimal(text)
      ? ipaddr.IPv4.parse(text)
      : undefined;

describe("addresses are read as ipaddr.js reads them", () => {
  it("in their canonical spelling", () => {
    fc.assert(
      fc.property(written, (text) => {
        const expected = byIpaddr(text);
        expect(canonicalAddress(text)).toBe(expected && ipaddr.process(text).toString());
        expect(canonicalIpv6(text)).toBe(expected?.kind() === "ipv6" ? expected.toString() : undefined);
      }),
      { numRuns: 5_000 },
    );
  });

  it("in ranges", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(bytes, fc.nat(128), fc.nat(128), (address, bits, flipped) => {
        const most = address.length * 8;
        const length = bits % (most + 1);
        const other = address.map((byte, at) =>
          at === (flipped % most) >> 3 ? byte ^ (0x80 >> (flipped % 8)) : byte,
        );
        const [base, asked] = [address, other].map((all) => ipaddr.fromByteArray([...all]));
        const expected = asked?.match([base, length] as never);
        expect(compileAddressSet([`${base}/${length}`]).has(String(asked))).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });
});
