// One canonical spelling for each IP address, so that ranges, log lines and forwarded fields agree on it.
import { addressText, addressWords, ipv4Word, ipv6Words } from "./address-words.ts";
import { remember } from "./remember.ts";

/** Enough for some thousand addresses. */
export const ADDRESS_CHARACTERS = 16_384;

/** The canonical form, with IPv4-mapped IPv6 (`::ffff:192.0.2.1`) as IPv4; undefined if the text is not an address. */
export const canonicalAddress = remember(ADDRESS_CHARACTERS, (text): string | undefined => {
  const words = addressWords(text);
  return words && addressText(words);
});

/** As a URL writes it between brackets: an IPv4-mapped address stays IPv6 (`::ffff:c000:201`). */
export function canonicalIpv6(text: string): string | undefined {
  const words = ipv6Words(text);
  return words && addressText(words);
}

/**
 * Whether a host ends in a number and is no IPv4 address of four decimal numbers. In a URL such a host is another address or none
 * (WHATWG URL §3.5): `1.2.3` is 1.2.0.3, `0x7f.1` is 127.0.0.1, and a URL with `999.1.1.1` or `shop.1` cannot be made.
 */
export function isUnclearAddress(host: string): boolean {
  const first = host.charCodeAt(host.lastIndexOf(".") + 1) - 48; // "0" is 48
  if (!(first >= 0 && first <= 9)) return false; // most hosts
  return /(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(host) && ipv4Word(host) === undefined;
}

/**
 * Reads an IP address as proxies write it. Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`.
 * In Forwarded it may be obfuscated: `192.0.2.1:_x7` (RFC 7239 §6.3).
 */
export const addressBesidePort = remember(ADDRESS_CHARACTERS, (text): string | undefined => {
  const bracketed = /^\[([^\]]*)\](?::(?:\d{1,5}|_[\w.-]+))?$/.exec(text);
  const withPort = /^([\d.]+):(?:\d{1,5}|_[\w.-]+)$/.exec(text);
  return canonicalAddress(bracketed?.[1] ?? withPort?.[1] ?? text);
});
