// apr1: the hash of a password that htpasswd makes by default. A thousand rounds of MD5 in a mixture that Apache has taken from
// FreeBSD's crypt(3) (apr_md5.c). Pure.
import { cryptBase64 } from "./crypt-base64.ts";
import type { Hashing } from "./sha-crypt.ts";

const ROUNDS = 1_000;
const ORDER = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, 11];

export function md5Crypt(password: Uint8Array, { salt }: { readonly salt: string }, hash: Hashing): string {
  const salted = new TextEncoder().encode(salt);
  const md5 = (parts: readonly Uint8Array[]) => hash("md5", ...parts);
  const mixed = md5([password, salted, password]);
  const first = [password, new TextEncoder().encode(`$apr1$${salt}`)];
  for (let left = password.length; left > 0; left -= 16) first.push(mixed.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1)
    first.push(bits & 1 ? Uint8Array.of(0) : password.subarray(0, 1));
  let state = md5(first);
  for (let round = 0; round < ROUNDS; round++) {
    const parts = [round & 1 ? password : state];
    if (round % 3) parts.push(salted);
    if (round % 7) parts.push(password);
    parts.push(round & 1 ? state : password);
    state = md5(parts);
  }
  return `$apr1$${salt}$${cryptBase64(state, ORDER)}`;
}
