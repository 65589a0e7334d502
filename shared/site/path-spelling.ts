// The spelling in which paths and patterns are compared. `/@admin` and `/%40admin` are the same path to nginx and most
// other origins, so they are the same to a route. What goes on the wire stays as it came: RFC 3986 §2.2 lets an origin
// distinguish the two.

/** Escapes of a sub-delimiter, `:` or `@`, which may appear in a path unescaped (RFC 3986 §3.3, pchar). */
const NEEDLESS_ESCAPE = /%(?:2[146-9A-C]|3[ABD]|40)/g;

/** Expects a canonical path (worker/routing/canonical-target.ts), whose unreserved characters are decoded already. */
export function asCompared(path: string): string {
  if (!path.includes("%")) return path;
  // Decodes only once: `%2540` is a path with a percent sign in it.
  return path.replace(NEEDLESS_ESCAPE, (spelt) => String.fromCharCode(Number.parseInt(spelt.slice(1), 16)));
}

/** A literal of a pattern in the same spelling: a site file may contain `/café` or `/%40admin`. */
export function literalAsCompared(text: string): string {
  return asCompared(text.toWellFormed().replace(/[^\0-\x7f]/gu, encodeURIComponent));
}

/** Decodes unreserved characters, and writes other escapes in upper case (RFC 3986 §6.2.2). */
export function canonicalEscape(spelt: string): string {
  const character = String.fromCharCode(Number.parseInt(spelt.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : spelt.toUpperCase();
}

export const escapeAsCompared = (spelt: string): string => asCompared(canonicalEscape(spelt));
