// The version of a site: a fingerprint of its text, the same on the command line, in the log and at the edge.

/** The first twelve hexadecimal digits of the SHA-256 of the text. */
export async function fingerprintOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...digest.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
