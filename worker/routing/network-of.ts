// Which network does a client have? Pure.
import { parseAddress } from "../../shared/address.ts";

/**
 * Of an IPv6 address the first 64 bits: a client owns all the others, and takes a new one every day or for every connection
 * (RFC 8981). Any other text stays as it is.
 */
export function networkOf(ip: string): string {
  const address = ip.includes(":") ? parseAddress(ip) : undefined;
  if (address?.kind() !== "ipv6") return ip;
  const bytes = address.toByteArray().slice(0, 8);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
