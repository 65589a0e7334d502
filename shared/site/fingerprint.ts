// The version of a site: a fingerprint of its text, the same in the command line, the log and the edge.

/** The first twelve hexadecimal digits of the text's SHA-256. */
export async function fingerprintOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...digest.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
