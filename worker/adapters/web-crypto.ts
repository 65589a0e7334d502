// What WebCrypto is used for: digests, and the ids of requests. Both are hexadecimal digits.

/** SHA-256 as hexadecimal digits. */
export async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A new request id: 32 hexadecimal digits. */
export function newRequestId(): string {
  const id = crypto.randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}
