// Is this address in one of these ranges? Compiled once. An IPv4-mapped IPv6 address (::ffff:…) counts as IPv4, both in
// the ranges and in the address.
import ipaddr from "ipaddr.js";
import { parseAddress } from "../../shared/address.ts";

export interface AddressSet {
  /** False if the text is not an address. */
  has(ip: string): boolean;
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** As many as any address has. An IPv4 address has fewer, and is compared in all of them. */
const ALL_BITS = 128;

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
  const [base, bits] = range.includes("/") ? ipaddr.parseCIDR(range) : [ipaddr.parse(range), ALL_BITS];
  const mapped = "isIPv4MappedAddress" in base && base.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [(base as ipaddr.IPv6).toIPv4Address(), bits - 96] : [base, bits];
}
