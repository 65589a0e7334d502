// Cache directives (RFC 9111 §5.2): what a field says, before anyone interprets it. What cannot be parsed is read in its
// strictest sense: it never gives leave to store, and a word that forbids storing counts wherever it stands.
import { latest } from "../../shared/latest.ts";

/**
 * Lower-case name → argument, true where it has none, or MALFORMED. Of a directive given twice the first counts (§4.2.1),
 * unless the second is malformed; of those that may list fields both do.
 */
export type Directives = ReadonlyMap<string, string | true>;

export const NO_DIRECTIVES: Directives = new Map();

/** Is no number, names no field, and is not the bare word that gives leave. */
const MALFORMED = "";

// token [ "=" ( token / quoted-string ) ]; what fits neither is read up to the next comma, so that a broken
// directive spoils itself alone and never hides in a neighbour's quoted string.
const DIRECTIVE = /\s*([^\s,="]+)(\s*)(?:=("(?:[^"\\]|\\.)*"|[^,]*))?([^,]*)(?:,|$)/gy;

const QUOTED = /^"(?:[^"\\]|\\.)*"$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Found beside what is no directive (`no-store; max-age=60`), they are meant all the same. */
const FORBIDDING: ReadonlySet<string> = new Set(["no-store", "private", "no-cache", "must-revalidate"]);

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
    const [, word = "", blank = "", raw, rest = ""] = match;
    const name = word.toLowerCase();
    const isMalformed = rest.trim() !== "" || (blank !== "" && raw !== undefined); // `max-age =300`
    const value = isMalformed ? MALFORMED : argument(raw);
    const before = directives.get(name);
    directives.set(name, before === undefined ? value : both(name, before, value));
    for (const forbidding of strayWords(name, raw ?? "", rest)) directives.set(forbidding, true);
  }
  return directives;
});

/** Outside quotes: what is quoted is an argument, whatever it says. */
function strayWords(name: string, raw: string, rest: string): readonly string[] {
  const isSound =
    TOKEN.test(name) && rest.trim() === "" && (raw.startsWith('"') || !/[\s;]/.test(raw.trim()));
  if (isSound) return [];
  const unquoted = `${name} ${raw.startsWith('"') ? "" : raw} ${rest}`.toLowerCase();
  return unquoted.split(/[^a-z-]+/).filter((word) => FORBIDDING.has(word));
}

/** Whether the bare word is there: with an argument that it does not take, it gives no leave. */
export const gives = (
  directives: Directives,
  name: "public" | "must-revalidate" | "must-understand",
): boolean => directives.get(name) === true;

/**
 * The fields that `private` or `no-cache` is about; `all` where it is about the whole response: without an argument, or
 * with one that names no field (§5.2.2.4, §5.2.2.7).
 */
export function fieldsNamedBy(
  directives: Directives,
  name: "private" | "no-cache",
): readonly string[] | "all" {
  const value = directives.get(name);
  if (value === undefined) return [];
  if (value === true) return "all";
  const names = value
    .split(",")
    .map((field) => field.trim().toLowerCase())
    .filter((field) => field !== "");
  return names.length > 0 && names.every((field) => TOKEN.test(field)) ? names : "all";
}

/**
 * Seconds of `max-age` and its like; undefined where the directive is absent. One that is no number counts as 0:
 * a response with invalid freshness information is to be taken for stale (§4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return value !== true && DIGITS.test(value) ? Math.min(Number(value), MAX_SECONDS) : 0;
}

const DIGITS = /^\d+$/;

/** Whether a lifetime is told that can be read. */
export function tellsSeconds(directives: Directives, name: string): boolean {
  const value = directives.get(name);
  return typeof value === "string" && DIGITS.test(value);
}

/** Larger numbers mean "for ever", and may not overflow what is computed with them (§1.2.2). */
export const MAX_SECONDS = 2_147_483_648;

const LISTING_FIELDS: ReadonlySet<string> = new Set(["private", "no-cache"]);

function both(name: string, first: string | true, second: string | true): string | true {
  if (LISTING_FIELDS.has(name)) {
    const isWhole = [first, second].some((value) => value === true || /^[\s,]*$/.test(value));
    return isWhole ? true : `${first},${second}`;
  }
  return isSound(first, second) ? first : MALFORMED;
}

/** A second value of another kind, or one that is no number beside a number, makes both doubtful. */
const isSound = (first: string | true, second: string | true): boolean =>
  typeof first === typeof second &&
  (typeof first !== "string" || !DIGITS.test(first) || DIGITS.test(`${second}`));

function argument(raw: string | undefined): string | true {
  if (raw === undefined) return true;
  if (!raw.startsWith('"')) return raw.trimEnd();
  // One that is not closed names nothing: `private="a` is then private as a whole.
  return QUOTED.test(raw) ? raw.slice(1, -1).replace(/\\(.)/g, "$1") : MALFORMED;
}
