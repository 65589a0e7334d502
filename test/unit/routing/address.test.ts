import { describe, expect, it } from "vitest";
import { addressBesidePort } from "../../../shared/address.ts";

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
