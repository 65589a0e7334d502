// The cookies of a request as they are written, every one of them: which of two of the same name an origin takes,
// what it decodes and what it finds invalid is not known, and whatever it heeds must not slip past a key or a bypass.
import { latest } from "../../shared/latest.ts";

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export function cookiePairs(field: string | null): readonly CookiePair[] {
  return field === null ? [] : pairsOf(field);
}

const pairsOf = latest((field): readonly CookiePair[] =>
  field.split(";").flatMap((text) => {
    const pair = text.trim();
    if (pair === "") return [];
    const equals = pair.indexOf("=");
    if (equals === -1) return [{ name: pair, value: "" }];
    return [{ name: pair.slice(0, equals).trimEnd(), value: pair.slice(equals + 1).trimStart() }];
  }),
);

/**
 * Every value that the field gives to a name, as written and as an origin may read it (without quotes, decoded):
 * `not: { cookie: { role: admin } }` must see the one that the origin will see.
 */
export function cookieValues(field: string | null, name: string): string[] {
  const written = cookiePairs(field).flatMap((pair) => (pair.name === name ? [pair.value] : []));
  return [...new Set(written.flatMap((value) => [value, asRead(value)]))];
}

function asRead(value: string): string {
  const bare = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare; // no encoding, but text with a percent sign
  }
}
