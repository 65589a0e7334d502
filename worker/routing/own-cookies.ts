// The cookies of the edge itself, of sticky sessions and challenges: their names, how they are read and how they are written.

interface OwnCookie {
  /** Without the prefix that it has over https. */
  readonly cookie: string;
  readonly ttlMs: number;
  readonly sameSite: "Lax" | "Strict" | "None";
}

type Scheme = "http" | "https";

const PREFIX = "__Host-";

/**
 * Over https with a prefix: browsers take such a cookie only from the host itself, over https and for all paths (RFC 6265bis
 * §4.1.3.2), so no other host below the same domain can set it.
 */
export const cookieName = ({ cookie }: Pick<OwnCookie, "cookie">, scheme: Scheme): string =>
  scheme === "https" ? PREFIX + cookie : cookie;

/** At most two values: browsers send one, but a client may send any number, and each costs a verification. */
export function valuesOf(field: string, name: string): readonly string[] {
  if (!field.includes(name)) return [];
  const values = pairsOf(field).flatMap((pair) =>
    nameOf(pair) === name ? [pair.slice(name.length + 1)] : [],
  );
  return values.slice(0, 2).map((value) => value.trim());
}

/** The field without these cookies, empty if nothing is left of it. `names` are without the prefix. Undefined if it has none of them. */
export function withoutCookies(field: string, names: ReadonlySet<string>): string | undefined {
  const pairs = pairsOf(field);
  const kept = pairs.filter((pair) => {
    const name = nameOf(pair);
    return !names.has(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);
  });
  return kept.length === pairs.length ? undefined : kept.join("; ");
}

export function setCookie(own: OwnCookie, scheme: Scheme, value: string): string {
  const { ttlMs, sameSite } = own;
  const lived = `Path=/; Max-Age=${Math.floor(ttlMs / 1_000)}; HttpOnly`;
  // Browsers refuse None without Secure.
  const how =
    scheme === "https"
      ? `SameSite=${sameSite}; Secure`
      : `SameSite=${sameSite === "None" ? "Lax" : sameSite}`;
  return `${cookieName(own, scheme)}=${value}; ${lived}; ${how}`;
}

const pairsOf = (field: string): string[] => field.split(";").map((pair) => pair.trim());

/** Empty if it is no pair. */
const nameOf = (pair: string): string => pair.slice(0, Math.max(0, pair.indexOf("=")));
