// Cache directives (RFC 9111 §5.2): what a field says, before anyone interprets it.
import { latest } from "../../shared/latest.ts";

/**
 * Lower-case name → argument, or true where it has none. Of a directive given twice the first counts (§4.2.1); of
 * those that may list fields both do.
 */
export type Directives = ReadonlyMap<string, string | true>;

export const NO_DIRECTIVES: Directives = new Map();

// token [ "=" ( token / quoted-string ) ]; what fits neither is read up to the next comma, so that a broken
// directive spoils itself alone and never hides in a neighbour's quoted string.
const DIRECTIVE = /\s*([^\s,="]+)\s*(?:=("(?:[^"\\]|\\.)*"|[^,]*))?[^,]*(?:,|$)/gy;

const QUOTED = /^"(?:[^"\\]|\\.)*"$/;

export function parseDirectives(field: string | null): Directives {
  return field === null || field === "" ? NO_DIRECTIVES : parse(field);
}

const parse = latest((field): Directives => {
  const directives = new Map<string, string | true>();
  const pattern = new RegExp(DIRECTIVE);
  while (pattern.lastIndex < field.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(field);
    if (!match) {
      const comma = field.indexOf(",", from);
      if (comma === -1) break;
      pattern.lastIndex = comma + 1;
      continue;
    }
    const name = (match[1] ?? "").toLowerCase();
    const value = argument(match[2]);
    const before = directives.get(name);
    directives.set(name, before === undefined ? value : both(name, before, value));
  }
  return directives;
});

/**
 * Seconds of `max-age` and its like; undefined where the directive is absent. One that is no number counts as 0:
 * a response with invalid freshness information is to be taken for stale (§4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return value !== true && /^\d+$/.test(value) ? Math.min(Number(value), MAX_SECONDS) : 0;
}

/** Larger numbers mean "for ever", and may not overflow what is computed with them (§1.2.2). */
export const MAX_SECONDS = 2_147_483_648;

const LISTING_FIELDS: ReadonlySet<string> = new Set(["private", "no-cache"]);

function both(name: string, first: string | true, second: string | true): string | true {
  if (!LISTING_FIELDS.has(name)) return first;
  return first === true || second === true ? true : `${first},${second}`;
}

function argument(raw: string | undefined): string | true {
  if (raw === undefined) return true;
  if (!raw.startsWith('"')) return raw.trimEnd();
  // One that is not closed names nothing: `private="a` is then private as a whole.
  return QUOTED.test(raw) ? raw.slice(1, -1).replace(/\\(.)/g, "$1") : true;
}
