// What WebCrypto is used for: digests, codes under a key, and the ids of requests.
import type { Signing } from "../ports.ts";

/** SHA-256 as hexadecimal digits. */
export async function digest(bytes: Uint8Array): Promise<string> {
  return hexadecimal(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

const hexadecimal = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The key of a purpose is the HMAC of its name under the root secret, as hexadecimal digits. It is a text, so that every tool that can
 * sign takes it as it is.
 */
export const signingWith = (secret: string): Signing => ({
  async mac(purpose, text) {
    const code = await hmac(hexadecimal(await hmac(secret, purpose)), text);
    return btoa(String.fromCharCode(...new Uint8Array(code)));
  },
});

async function hmac(key: string, text: string): Promise<ArrayBuffer> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
  return crypto.subtle.sign(algorithm, imported, encoder.encode(text));
}

/** A new request id: 32 hexadecimal digits. */
export function newRequestId(): string {
  const id = crypto.randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}
