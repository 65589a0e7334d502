// The Base64 of crypt(3): another alphabet, and the lowest bits first.

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Bytes in the order in which they are written, three at a time; the last ones are written in as few characters as hold them. */
export function cryptBase64(bytes: Uint8Array, order: readonly number[]): string {
  let text = "";
  for (let at = 0; at < order.length; at += 3) {
    const three = order.slice(at, at + 3).map((index) => bytes[index] ?? 0);
    // The first of three has the highest bits; of fewer, too.
    let value = three.reduce((sum, byte) => sum * 256 + byte, 0);
    for (let written = 0; written < Math.ceil((three.length * 8) / 6); written++) {
      text += ALPHABET[value % 64];
      value = Math.floor(value / 64);
    }
  }
  return text;
}
