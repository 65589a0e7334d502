// A hash of a text under a secret key: HalfSipHash-2-4 with an output of 64 bits (Aumasson and Bernstein). Without the key nobody
// can find texts that share a hash, or a place in a table, so a client can neither use up the bucket of another one nor push
// a certain bucket out of the table. Pure.

/** 64 bits, as two numbers of 32. */
export type HashKey = Uint32Array;

/** Writes the 64 bits of the hash to `into`. The text counts as UTF-16, in little-endian order. */
export function keyedHash(text: string, key: HashKey, into: Uint32Array): void {
  const [k0 = 0, k1 = 0] = key;
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const words = text.length >> 1;
  // The words of the text, what is left of it with its length, and two steps without input that finish.
  for (let step = 0; step < words + 3; step++) {
    let word = 0;
    if (step < words) word = text.charCodeAt(step * 2) | (text.charCodeAt(step * 2 + 1) << 16);
    else if (step === words) word = ((text.length * 2) << 24) | (text.charCodeAt(words * 2) || 0);
    else if (step === words + 1) v2 ^= 0xee;
    else {
      into[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    for (let round = step <= words ? 2 : 0; round < 4; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  into[1] = v1 ^ v3;
}
