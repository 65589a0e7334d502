// What WebCrypto is used for: digests, codes under a key, and the ids of requests.
import { toBase64 } from "../../shared/base64.ts";
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
  mac: async (purpose, text) => macWith(await keyFor(secret, purpose), text),
});

export async function keyFor(secret: string, purpose: string): Promise<CryptoKey> {
  return keyOf(hexadecimal(await hmac(await keyOf(secret), purpose)));
}

/** In Base64. */
export async function macWith(key: CryptoKey, text: string): Promise<string> {
  return toBase64(await hmac(key, text));
}

const HMAC = { name: "HMAC", hash: "SHA-256" };

const keyOf = (text: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(text), HMAC, false, ["sign"]);

const hmac = (key: CryptoKey, text: string): Promise<ArrayBuffer> =>
  crypto.subtle.sign(HMAC, key, new TextEncoder().encode(text));

/** A new request id: 32 hexadecimal digits. */
export function newRequestId(): string {
  const id = crypto.randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}
