// A short hash that tells versions of a text apart. It is not cryptographic, so it must not be used for texts that a
// client controls.

/** FNV-1a over UTF-16 code units, as eight hexadecimal digits. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
