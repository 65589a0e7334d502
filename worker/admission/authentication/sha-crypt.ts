// The hash of a password by SHA-256 or SHA-512 as crypt(3) of glibc makes it: https://www.akkadia.org/drepper/SHA-crypt.txt. Pure.
import { cryptBase64 } from "./crypt-base64.ts";

/** The digest of all parts together. */
export type Hashing = (name: "md5" | "sha256" | "sha512", ...parts: readonly Uint8Array[]) => Uint8Array;

export interface ShaCrypt {
  readonly kind: string;
  readonly rounds: number;
  readonly salt: string;
  /** Whether it says how many rounds. */
  readonly text: string;
}

export function shaCrypt(
  password: Uint8Array,
  { kind, rounds, salt, text }: ShaCrypt,
  hash: Hashing,
): string {
  const name = kind === "sha256-crypt" ? "sha256" : "sha512";
  const size = name === "sha256" ? 32 : 64;
  const salted = new TextEncoder().encode(salt);
  const mixed = hash(name, password, salted, password);
  const first = [password, salted, repeated(mixed, password.length, size)];
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? mixed : password);
  let state = hash(name, ...first);
  const ofPassword = repeated(hash(name, ...Array(password.length).fill(password)), password.length, size);
  const ofSalt = repeated(hash(name, ...Array(16 + (state[0] ?? 0)).fill(salted)), salted.length, size);
  for (let round = 0; round < rounds; round++) {
    const parts = [round & 1 ? ofPassword : state];
    if (round % 3) parts.push(ofSalt);
    if (round % 7) parts.push(ofPassword);
    parts.push(round & 1 ? state : ofPassword);
    state = hash(name, ...parts);
  }
  const told = text.includes("$rounds=") ? `rounds=${rounds}$` : "";
  return `$${name === "sha256" ? 5 : 6}$${told}${salt}$${cryptBase64(state, orderOf(size))}`;
}

function repeated(bytes: Uint8Array, length: number, size: number): Uint8Array {
  const all = new Uint8Array(length);
  for (let at = 0; at < length; at += size) all.set(bytes.subarray(0, Math.min(size, length - at)), at);
  return all;
}

/** Three bytes a third of the digest apart, each time begun with another of the three; then what is left over. */
function orderOf(size: number): number[] {
  const third = Math.floor(size / 3);
  const order: number[] = [];
  let [a, b, c] = [0, third, 2 * third];
  const step = size === 32 ? ([x, y, z]: number[]) => [z, x, y] : ([x, y, z]: number[]) => [y, z, x];
  for (let at = 0; at < third; at++) {
    order.push(a, b, c);
    [a, b, c] = step([a + 1, b + 1, c + 1]) as [number, number, number];
  }
  return size === 32 ? [...order, 31, 30] : [...order, 63];
}
