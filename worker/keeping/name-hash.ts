// Two independent 32-bit hashes of a name. They choose the bits of a folded mark and the point of a spread at which a response
// expires. They are not cryptographic: names that collide are purged once more than necessary.

export interface NameHash {
  readonly one: number;
  readonly other: number;
}

export function hashOf(name: string): NameHash {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul((other << 13) | (other >>> 19), 0x85ebca6b) ^ unit;
  }
  return { one: mixed(one), other: mixed(other) };
}

/** Makes every bit depend on every other, as at the end of MurmurHash3. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
