// bcrypt, as htpasswd -B writes it (Provos and Mazières, "A Future-Adaptable Password Scheme"). Pure.
import { once } from "../../../shared/remember.ts";
import { piWords } from "./pi-words.ts";

export interface Bcrypt {
  /** The power of two of its rounds. */
  readonly cost: number;
  /** In its own Base64. */
  readonly salt: string;
  /** The whole of it. */
  readonly text: string;
}

/** What the hash of this password would be. */
export function bcrypt(password: Uint8Array, { cost, salt, text }: Bcrypt): string {
  const key = wordsOf(Uint8Array.of(...password.subarray(0, MAX_BYTES - 1), 0));
  // Of a longer password the first 72 bytes count, without the zero after it.
  const keyed = password.length < MAX_BYTES ? key : wordsOf(password.subarray(0, MAX_BYTES));
  const salted = wordsOf(decode(salt));
  const blowfish = new Blowfish();
  blowfish.expand(keyed, salted);
  for (let round = 0; round < 2 ** cost; round++) {
    blowfish.expand(keyed, ZERO);
    blowfish.expand(salted, ZERO);
  }
  const [, prefix = ""] = /^(\$2.\$\d\d\$.{22})/.exec(text) ?? [];
  return prefix + encode(blowfish.encrypted(SOME_TEXT));
}

const MAX_BYTES = 72;
const TABLES = 18 + 4 * 256;
const tables = once(() => piWords(TABLES));
const ZERO = new Int32Array(18);

/** Words of 32 bits, of bytes that begin anew where they end: as many as there are subkeys. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(18);
  for (let at = 0; at < 18 * 4; at++)
    words[at >> 2] = ((words[at >> 2] ?? 0) << 8) | (bytes[at % bytes.length] ?? 0);
  return words;
}

class Blowfish {
  /** The subkeys, and the four boxes. */
  readonly #p = tables().slice(0, 18);
  readonly #s = tables().slice(18);
  #left = 0;
  #right = 0;

  /** The salt has 4 words, so that it begins anew after two blocks. */
  expand(key: Int32Array, salt: Int32Array): void {
    const [p, s] = [this.#p, this.#s];
    for (let at = 0; at < 18; at++) p[at] = (p[at] as number) ^ (key[at] as number);
    this.#left = 0;
    this.#right = 0;
    for (let at = 0; at < 18; at += 2) this.#replace(p, at, salt, at);
    for (let at = 0; at < 1_024; at += 2) this.#replace(s, at, salt, at + 18);
  }

  #replace(table: Int32Array, at: number, salt: Int32Array, of: number): void {
    this.#left ^= salt[of % 4] as number;
    this.#right ^= salt[(of + 1) % 4] as number;
    this.#encipher();
    table[at] = this.#left;
    table[at + 1] = this.#right;
  }

  encrypted(text: Int32Array): Int32Array {
    const words = text.slice();
    for (let at = 0; at < words.length; at += 2) {
      this.#left = words[at] as number;
      this.#right = words[at + 1] as number;
      for (let round = 0; round < 64; round++) this.#encipher();
      words[at] = this.#left;
      words[at + 1] = this.#right;
    }
    return words;
  }

  #encipher(): void {
    const [p, s] = [this.#p, this.#s];
    let left = this.#left;
    let right = this.#right;
    for (let round = 0; round < 16; round += 2) {
      left ^= p[round] as number;
      right ^= mixed(s, left) ^ (p[round + 1] as number);
      left ^= mixed(s, right);
    }
    this.#left = right ^ (p[17] as number);
    this.#right = left ^ (p[16] as number);
  }
}

function mixed(s: Int32Array, word: number): number {
  const a = s[word >>> 24] as number;
  const b = s[256 + ((word >>> 16) & 255)] as number;
  const c = s[512 + ((word >>> 8) & 255)] as number;
  const d = s[768 + (word & 255)] as number;
  return (((a + b) ^ c) + d) | 0;
}

/** OrpheanBeholderScryDoubt. */
const SOME_TEXT = Int32Array.of(0x4f727068, 0x65616e42, 0x65686f6c, 0x64657253, 0x63727944, 0x6f756274);

const ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** 16 bytes. */
function decode(text: string): Uint8Array {
  let bits = 0n;
  for (const character of text) bits = (bits << 6n) | BigInt(ALPHABET.indexOf(character));
  bits >>= BigInt(text.length * 6 - 128);
  return Uint8Array.from({ length: 16 }, (_, at) => Number((bits >> BigInt(8 * (15 - at))) & 255n));
}

/** Of the 24 bytes the last one is left out. */
function encode(words: Int32Array): string {
  let bits = 0n;
  for (const word of words) bits = (bits << 32n) | BigInt(word >>> 0);
  bits = (bits >> 8n) << 2n; // 184 bits, and two to fill the last character
  let text = "";
  for (let at = 30; at >= 0; at--) text += ALPHABET[Number((bits >> BigInt(6 * at)) & 63n)];
  return text;
}
