// One canonical spelling for each IP address, so that ranges, log lines and forwarded fields agree on it. Strict: an
// IPv4 address must be four decimal numbers (`010.0.0.1` and `127.1` mean different hosts to different parsers).
import ipaddr from "ipaddr.js";
import { remember } from "./remember.ts";

/** The canonical form, with IPv4-mapped IPv6 (`::ffff:192.0.2.1`) as IPv4; undefined if the text is not an address. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text);
  return address?.toString();
}

/** Enough for some thousand addresses. */
export const ADDRESS_CHARACTERS = 16_384;

export const parseAddress = remember(ADDRESS_CHARACTERS, (text): ipaddr.IPv4 | ipaddr.IPv6 | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const address = parseIpv6(text);
  return address?.isIPv4MappedAddress() ? address.toIPv4Address() : address;
});

/** As a URL writes it between brackets: an IPv4-mapped address stays IPv6 (`::ffff:c000:201`). */
export const canonicalIpv6 = (text: string): string | undefined => parseIpv6(text)?.toString();

function parseIpv6(text: string): ipaddr.IPv6 | undefined {
  const isOne = !text.includes("%") && ipaddr.IPv6.isValid(text);
  return isOne ? ipaddr.IPv6.parse(text) : undefined;
}
