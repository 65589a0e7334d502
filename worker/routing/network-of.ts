// Which network does a client have? Pure.
import { canonicalAddress } from "../../shared/address.ts";
import { addressWords } from "../../shared/address-words.ts";

/**
 * Of an IPv6 address the first 64 bits: a client owns all the others, and takes a new one every day or for every connection
 * (RFC 8981). Any other text stays as it is, and an IPv4 address has one spelling.
 */
export function networkOf(ip: string): string {
  const words = ip.includes(":") ? addressWords(ip) : undefined;
  if (words?.length === 1) return canonicalAddress(ip) ?? ip; // IPv4, mapped into IPv6
  if (words?.length !== 4) return ip;
  return words
    .slice(0, 2)
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
}
