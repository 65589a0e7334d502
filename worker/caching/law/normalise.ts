// Header values that mean the same, as one text: fewer variants, more hits. RFC 9111 §4.1 allows what is known
// to mean the same by the field's own definition. A value that does not follow its definition has no such meaning: it
// counts byte for byte, or a client could write what it likes into a field and have the answer given to others.
import { remember } from "../../../shared/remember.ts";

/** Browsers spell these fields in few ways: room for some hundred of them. */
const CHARACTERS = 16_384;

/** Blanks around the commas of a list say nothing; undefined where a quoted string may hold such a comma. */
export function normaliseList(value: string): string | undefined {
  if (value.includes('"')) return undefined;
  return value
    .split(",")
    .map((item) => item.trim())
    .join(",");
}

/**
 * The codings that the client accepts, in alphabetical order, and those that it refuses where else it would accept them:
 * `gzip;q=0.8, br` → `br,gzip`; `gzip;q=0, *` → `*;gzip`. Undefined where it says both of one coding.
 */
export const normaliseEncodings = remember(CHARACTERS, (value): string | undefined => {
  const read = isListOf(CODING, value) ? readList(value) : undefined;
  if (!read) return undefined;
  const accepted = read.wanted.map(({ item }) => item).sort();
  // What is in no list is refused already, but for `identity`, and where `*` takes all that is not named (RFC 9110 §12.5.3).
  const tells = (item: string) => accepted.includes("*") || item === "identity" || item === "*";
  return withRefused(accepted.join(","), read.refused.filter(tells));
});

/**
 * Languages by preference, equal ones in alphabetical order, then those that are refused: `de;q=1, en;q=0.5, fr;q=0.5` →
 * `de>en,fr`; `de, en;q=0` → `de;en`, since who has no German answers it otherwise than `de`.
 */
export const normaliseLanguages = remember(CHARACTERS, (value): string | undefined => {
  const read = isListOf(LANGUAGE_RANGE, value) ? readList(value) : undefined;
  if (!read) return undefined;
  const byWeight = new Map<number, string[]>();
  for (const { item, weight } of read.wanted) byWeight.set(weight, [...(byWeight.get(weight) ?? []), item]);
  const preferred = [...byWeight]
    .sort(([a], [b]) => b - a)
    .map(([, items]) => items.sort().join(","))
    .join(">");
  return withRefused(preferred, read.refused);
});

/** Of normalised languages those that are wanted most. */
export const mostWantedLanguages = (languages: string): readonly string[] => {
  const [most = ""] = languages.split(/[>;]/, 1);
  return most === "" ? [] : most.split(",");
};

/** Undefined where one thing is both wanted and refused: each origin makes of that what it likes. */
function readList(value: string): { wanted: readonly Listed[]; refused: readonly string[] } | undefined {
  const listed = weighted(value);
  const wanted = listed.filter(({ weight }) => weight > 0);
  const refused = listed.filter(({ weight }) => weight === 0).map(({ item }) => item);
  return wanted.some(({ item }) => refused.includes(item)) ? undefined : { wanted, refused };
}

/** A semicolon sets them apart: no item can hold one. */
const withRefused = (text: string, refused: readonly string[]): string =>
  refused.length === 0 ? text : `${text};${[...new Set(refused)].sort().join(",")}`;

const WEIGHT = "(?:[ \\t]*;[ \\t]*q=(?:0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?"; // RFC 9110 §12.4.2
const listOf = (item: string) => new RegExp(`^(?:[ \\t,]*(?:${item})${WEIGHT}[ \\t]*(?:,|$))*[ \\t,]*$`, "i");
const CODING = listOf("[!#$%&'*+.^_`|~0-9A-Za-z-]+"); // RFC 9110 §12.5.3
/** RFC 4647 §2.1, narrowed to language, script and region: longer subtags could spell a word that an origin prints. */
const LANGUAGE_RANGE = listOf("\\*|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\\d{3}))?");

/** Longer ones are nobody's preferences, and are not worth the matching. */
const LONGEST_LIST = 1_000;

const isListOf = (grammar: RegExp, value: string): boolean =>
  value.length <= LONGEST_LIST && grammar.test(value);

/**
 * Of the values that matter the one that is accepted best; the first of the list counts among equals. Undefined where the
 * field says two things of one value, or has a weight that is none: what an origin makes of that is not known.
 */
export function pickAccepted(value: string, values: readonly string[]): string | undefined {
  const listed = weighted(value);
  const accepted = new Map<string, number>();
  for (const { item, weight } of listed) {
    if (!isWeight(weight) || (accepted.get(item) ?? weight) !== weight) return undefined;
    accepted.set(item, weight);
  }
  let best = "";
  let bestWeight = 0;
  for (const candidate of values) {
    const weight = weightOf(candidate.toLowerCase(), accepted);
    if (weight > bestWeight) {
      best = candidate;
      bestWeight = weight;
    }
  }
  return best;
}

/** By the nearest of what the client names: the value itself, what takes it in, what it may stand in for, anything. */
function weightOf(value: string, accepted: ReadonlyMap<string, number>): number {
  const [type, subtype] = value.split("/", 2);
  const around = subtype === undefined ? shorterTags(value) : [`${type}/*`, "*/*"];
  for (const name of [value, ...around]) {
    const weight = accepted.get(name);
    if (weight !== undefined) return weight;
  }
  return standingInFor(value, accepted) || (accepted.get("*") ?? 0);
}

/** `zh-hant-tw` → `zh-hant`, `zh`: the ranges that take a language in (RFC 4647 §3.3.1). */
function shorterTags(value: string): string[] {
  const subtags = value.split("-");
  return subtags.slice(1).map((_subtag, at) => subtags.slice(0, -1 - at).join("-"));
}

/** Who wants `de-AT` is given `de` where there is no nearer (RFC 4647 §3.4). */
function standingInFor(value: string, accepted: ReadonlyMap<string, number>): number {
  let best = 0;
  for (const [name, weight] of accepted) if (name.startsWith(`${value}-`)) best = Math.max(best, weight);
  return best;
}

interface Listed {
  readonly item: string;
  readonly weight: number;
}

const isWeight = (weight: number): boolean => weight >= 0 && weight <= 1;
/** A list with quality values (RFC 9110 §12.4.2), in lower case; a weight that is no number is NaN. */
const weighted = (value: string): readonly Listed[] =>
  value.split(",").flatMap((part) => {
    const [item = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    return item === "" ? [] : [{ item, weight: q === undefined ? 1 : Number(q.slice(2)) }];
  });
