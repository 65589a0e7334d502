// Hashes of a text, as numbers of 32 bits. They are not cryptographic.

/** Alike texts get unlike numbers. */
export const hash32 = (text: string): number => mixed(fnv1a(text));

/** FNV-1a over UTF-16 code units. Texts that differ in their last characters stand close together. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The last steps of MurmurHash3: each bit of the input changes half of the bits of the output. */
export function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
