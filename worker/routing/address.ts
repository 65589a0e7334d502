// Reads an IP address as proxies write it.
import { ADDRESS_CHARACTERS, canonicalAddress } from "../../shared/address.ts";
import { remember } from "../../shared/remember.ts";

export { canonicalAddress, parseAddress } from "../../shared/address.ts";

/**
 * Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`. In Forwarded it may be obfuscated:
 * `192.0.2.1:_x7` (RFC 7239 §6.3).
 */
export const addressBesidePort = remember(ADDRESS_CHARACTERS, (text): string | undefined => {
  const bracketed = /^\[([^\]]*)\](?::(?:\d{1,5}|_[\w.-]+))?$/.exec(text);
  const withPort = /^([\d.]+):(?:\d{1,5}|_[\w.-]+)$/.exec(text);
  return canonicalAddress(bracketed?.[1] ?? withPort?.[1] ?? text);
});
