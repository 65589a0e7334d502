// Parses cache directives (RFC 9111 §5.2) without interpreting them. Anything that cannot be parsed gets its strictest
// reading: it never allows storing, and a word that forbids storing counts wherever it stands.
import { latest } from "../../../shared/remember.ts";

/**
 * Lower-case name → argument; true without an argument; MALFORMED if the argument makes no sense. Of a number that is given
 * twice, the smaller one counts: RFC 9111 §4.2.1 lets a cache use the first value or treat the response as stale. If the
 * directive may list fields, both lists count.
 */
export type Directives = ReadonlyMap<string, string | true>;

export const NO_DIRECTIVES: Directives = new Map();

/** Not a number, not a field name, and not the bare word that would grant a permission. */
const MALFORMED = "";

/** Every quote opens or closes an argument. Only then is it clear which commas separate directives. */
const WELL_QUOTED = /^[^"]*(?:(?<==)"(?:[^"\\]|\\.)*"[ \t]*(?:,[^"]*)?)*$/;
const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;

// token [ "=" ( token / quoted-string ) ]. A token may contain an apostrophe, but 'no-store' in apostrophes means no-store.
const MEMBER =
  /^[ \t]*([!#$%&*+.^_`|~0-9a-z-]+)(?:=(?:([!#$%&*+.^_`|~0-9a-z-]+)|"((?:[^"\\]|\\.)*)"))?[ \t]*$/i;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const LISTING_FIELDS: ReadonlySet<string> = new Set(["private", "no-cache"]);

/** Searched for in text that is not a valid directive (`no-store; max-age=60`). There they may forbid, but never permit. */
const WORDS: ReadonlySet<string> = new Set([
  ...LISTING_FIELDS,
  "no-store",
  "must-revalidate",
  "proxy-revalidate",
  "must-understand",
  "public",
  "max-age",
  "s-maxage",
  "stale-while-revalidate",
  "stale-if-error",
]);

export function parseDirectives(field: string | null): Directives {
  return field === null ? NO_DIRECTIVES : parse(field);
}

const parse = latest((field): Directives => {
  const directives = new Map<string, string | true>();
  for (const member of membersOf(field)) {
    const [, word, token, quoted] = MEMBER.exec(member) ?? [];
    if (word === undefined) for (const name of wordsIn(member)) add(directives, name, MALFORMED);
    else add(directives, word.toLowerCase(), token ?? quoted?.replace(/\\(.)/g, "$1") ?? true);
  }
  return directives;
});

/** The whole field as one member if its quotes do not show which commas are quoted: then no part of it is certain. */
function membersOf(field: string): readonly string[] {
  if (!field.includes('"')) return field.split(",");
  return WELL_QUOTED.test(field) ? (field.match(MEMBERS) ?? []) : [field];
}

/** The valid directives, as they are written. Every cache reads these alike. */
export const clearMembers = (field: string): readonly string[] =>
  membersOf(field).flatMap((member) => (MEMBER.test(member) ? [member.trim()] : []));

/** The directive names that occur in an invalid text, quoted or not. */
export const wordsIn = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^a-z-]+/)
    .filter((word) => WORDS.has(word));

function add(directives: Map<string, string | true>, name: string, argument: string | true): void {
  const before = directives.get(name);
  const value = LISTING_FIELDS.has(name) && argument !== true ? listed(argument) : argument;
  directives.set(name, before === undefined ? value : both(name, before, value));
}

/** The argument itself if it lists field names only; otherwise true, which stands for the whole response. */
const listed = (argument: string): string | true => (namesIn(argument) === undefined ? true : argument);

function namesIn(argument: string): readonly string[] | undefined {
  const names = argument
    .toLowerCase()
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  return names.length > 0 && names.every((field) => FIELD_NAME.test(field)) ? names : undefined;
}

function both(name: string, first: string | true, second: string | true): string | true {
  if (LISTING_FIELDS.has(name)) return first === true || second === true ? true : `${first},${second}`;
  if (first === second) return first;
  if (!isNumber(first) || !isNumber(second)) return MALFORMED;
  return Number(first) < Number(second) ? first : second;
}

/** Whether the bare word is present. A directive that takes no argument grants nothing if it has one. */
export const gives = (
  directives: Directives,
  name: "public" | "must-revalidate" | "must-understand",
): boolean => directives.get(name) === true;

/**
 * The fields that `private` or `no-cache` applies to. `all` means the whole response: the directive has no argument, or one
 * that names no field (§5.2.2.4, §5.2.2.7).
 */
export function fieldsNamedBy(
  directives: Directives,
  name: "private" | "no-cache",
): readonly string[] | "all" {
  const value = directives.get(name);
  if (value === undefined) return [];
  return (value === true ? undefined : namesIn(value)) ?? "all";
}

/**
 * The seconds of `max-age` and similar directives; undefined if the directive is absent. A value that is not a number counts
 * as 0: a response with invalid freshness information is treated as stale (§4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return isNumber(value) ? Math.min(Number(value), MAX_SECONDS) : 0;
}

const isNumber = (value: string | true | undefined): boolean => /^\d+$/.test(String(value));

/** Whether the directive is present with a readable lifetime. */
export function tellsSeconds(directives: Directives, name: string): boolean {
  return isNumber(directives.get(name));
}

/** Larger numbers count as this one, so that calculations with them cannot overflow (§1.2.2). */
export const MAX_SECONDS = 2_147_483_648;
