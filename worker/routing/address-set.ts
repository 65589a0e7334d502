// Is this address in one of these ranges? Compiled once; IPv4 written as IPv6 (::ffff:…) counts as IPv4.
import ipaddr from "ipaddr.js";

export interface AddressSet {
  has(ip: string): boolean;
}

export function compileAddressSet(ranges: readonly string[]): AddressSet {
  const parsed = ranges.map((range) =>
    range.includes("/") ? ipaddr.parseCIDR(range) : wholeAddress(ipaddr.process(range)),
  );
  return {
    has(ip) {
      if (!ipaddr.isValid(ip)) return false;
      const address = ipaddr.process(ip);
      return parsed.some(
        ([base, bits]) => base.kind() === address.kind() && address.match([base, bits] as never),
      );
    },
  };
}

function wholeAddress(address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
