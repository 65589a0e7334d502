// Is this address in one of these ranges? Compiled once. An IPv4-mapped IPv6 address (::ffff:…) counts as IPv4, both in
// the ranges and in the address.
import ipaddr from "ipaddr.js";
import { parseAddress } from "./address.ts";

export interface AddressSet {
  /** False if the text is not an address. */
  has(ip: string): boolean;
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

export function compileAddressSet(ranges: readonly string[]): AddressSet {
  const parsed = ranges.map(parseRange);
  return {
    has(ip) {
      const address = parseAddress(ip);
      if (!address) return false;
      return parsed.some(
        ([base, bits]) => base.kind() === address.kind() && address.match([base, bits] as never),
      );
    },
  };
}

function parseRange(range: string): Range {
  const [base, bits] = range.includes("/") ? ipaddr.parseCIDR(range) : wholeAddress(ipaddr.parse(range));
  const mapped = "isIPv4MappedAddress" in base && base.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [(base as ipaddr.IPv6).toIPv4Address(), bits - 96] : [base, bits];
}

function wholeAddress(address: ipaddr.IPv4 | ipaddr.IPv6): Range {
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
