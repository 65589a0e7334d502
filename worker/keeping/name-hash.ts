// Two independent 32-bit hashes of a name. They choose the bits of a folded mark and the point of a spread at which a response
// expires. They are not cryptographic: names that collide are purged once more than necessary.
import { mixed } from "../../shared/hash32.ts";

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
