// Reads an IP address as proxies write it.
import { ADDRESS_CHARACTERS, canonicalAddress } from "../../shared/address.ts";
import { remember } from "../../shared/remember.ts";

export { canonicalAddress, parseAddress } from "../../shared/address.ts";

/** Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`. */
export const addressBesidePort = remember(ADDRESS_CHARACTERS, (text): string | undefined => {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  const withPort = /^([\d.]+):\d{1,5}$/.exec(text);
  return canonicalAddress(bracketed?.[1] ?? withPort?.[1] ?? text);
});
