// Cache directives (RFC 9111 §5.2): what a field says, before anyone interprets it. What cannot be parsed is read in its
// strictest sense: it never gives leave to store, and a word that forbids storing counts wherever it stands.
import { latest } from "../../../shared/latest.ts";

/**
 * Lower-case name → argument, true where it has none, or MALFORMED. Of a number given twice the smaller counts: RFC 9111
 * §4.2.1 lets a cache take the first or take the response for stale. Of what may list fields both count.
 */
export type Directives = ReadonlyMap<string, string | true>;

export const NO_DIRECTIVES: Directives = new Map();

/** Is no number, names no field, and is not the bare word that gives leave. */
const MALFORMED = "";

/** Every quote opens an argument, and ends it: only then can be told which commas separate. */
const WELL_QUOTED = /^[^"]*(?:(?<==)"(?:[^"\\]|\\.)*"[ \t]*(?:$|,[^"]*))*$/;
const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;

// token [ "=" ( token / quoted-string ) ]. An apostrophe is allowed in a token, but who writes 'no-store' means the word.
const MEMBER =
  /^[ \t]*([!#$%&*+.^_`|~0-9a-z-]+)(?:=(?:([!#$%&*+.^_`|~0-9a-z-]+)|"((?:[^"\\]|\\.)*)"))?[ \t]*$/i;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const LISTING_FIELDS: ReadonlySet<string> = new Set(["private", "no-cache"]);

/** Looked for in what is no directive (`no-store; max-age=60`): there they forbid what they can, and give no leave. */
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
  return field === null || field === "" ? NO_DIRECTIVES : parse(field);
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

/** The field in one where its quotes do not tell which commas are within them: no part of it is then certain. */
function membersOf(field: string): readonly string[] {
  if (!field.includes('"')) return field.split(",");
  return WELL_QUOTED.test(field) ? (field.match(MEMBERS) ?? []) : [field];
}

/** The directives that a text names which is none itself, quoted or not. */
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

/** As it stands where it names fields and nothing else; true, for the whole response, where it does not. */
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
  const areNumbers = [first, second].every((value) => typeof value === "string" && DIGITS.test(value));
  if (!areNumbers) return MALFORMED;
  return Number(first) < Number(second) ? first : second;
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
  return (value === true ? undefined : namesIn(value)) ?? "all";
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
