// Normalises header values with the same meaning to one text: fewer variants, more hits. RFC 9111 §4.1 allows this where the
// field's own definition gives the values the same meaning. A value that breaks the definition has no such meaning, and is
// compared byte for byte. Otherwise a client could write anything into a field and have the answer served to others.
import { remember } from "../../../shared/remember.ts";

/** Browsers write these fields in few forms. This is room for some hundred. */
const CHARACTERS = 16_384;

/** Whitespace around list commas has no meaning. Undefined if a quoted string may contain such a comma. */
export function normaliseList(value: string): string | undefined {
  if (value.includes('"')) return undefined;
  return value
    .split(",")
    .map((item) => item.trim())
    .join(",");
}

/**
 * The accepted codings in alphabetical order, followed by the refused ones that would otherwise be accepted:
 * `gzip;q=0.8, br` → `br,gzip`; `gzip;q=0, *` → `*;gzip`. Undefined if one coding is both accepted and refused.
 */
export const normaliseEncodings = remember(CHARACTERS, (value): string | undefined => {
  const read = isListOf(CODING, value) ? readList(value) : undefined;
  if (!read) return undefined;
  const accepted = read.wanted.map(({ item }) => item).sort();
  // A coding that is not listed is refused anyway, except `identity`, and except any that `*` covers (RFC 9110 §12.5.3).
  const tells = (item: string) => accepted.includes("*") || item === "identity" || item === "*";
  return withRefused(accepted.join(","), read.refused.filter(tells));
});

/**
 * Languages by preference, those of equal weight in alphabetical order, then the refused ones: `de;q=1, en;q=0.5, fr;q=0.5`
 * → `de>en,fr`; `de, en;q=0` → `de;en`, because an origin without German answers it differently from `de`.
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

/** The languages with the highest weight in a normalised list. */
export const mostWantedLanguages = (languages: string): readonly string[] => {
  const [most] = languages.split(/[>;]/);
  return most ? most.split(",") : [];
};

/** Undefined if an item is both wanted and refused: origins differ in how they read that. */
function readList(value: string): { wanted: readonly Listed[]; refused: readonly string[] } | undefined {
  const listed = weighted(value);
  const wanted = listed.filter(({ weight }) => weight > 0);
  const refused = listed.filter(({ weight }) => weight === 0).map(({ item }) => item);
  return wanted.some(({ item }) => refused.includes(item)) ? undefined : { wanted, refused };
}

/** The separator is a semicolon, which no item can contain. */
const withRefused = (text: string, refused: readonly string[]): string =>
  refused.length === 0 ? text : `${text};${[...new Set(refused)].sort().join(",")}`;

const QVALUE = "0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?"; // RFC 9110 §12.4.2
const WEIGHT = `(?:[ \\t]*;[ \\t]*q=(?:${QVALUE}))?`;
const listOf = (item: string) => new RegExp(`^(?:[ \\t,]*(?:${item})${WEIGHT}[ \\t]*(?:,|$))*[ \\t,]*$`, "i");
const CODING = listOf("[!#$%&'*+.^_`|~0-9A-Za-z-]+"); // RFC 9110 §12.5.3
/** RFC 4647 §2.1, limited to language, script and region. A longer subtag could spell text that an origin prints. */
const LANGUAGE_RANGE = listOf("\\*|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\\d{3}))?");

/** A longer list does not express real preferences, and is not worth matching. */
const LONGEST_LIST = 1_000;

const isListOf = (grammar: RegExp, value: string): boolean =>
  value.length <= LONGEST_LIST && grammar.test(value);

/**
 * The value that the client accepts best, out of those that matter; the first one wins a tie. Undefined if the field
 * contradicts itself about a value, has an invalid weight, or has separators in a quoted string: how an origin reads that is
 * unknown.
 */
export function pickAccepted(value: string, values: readonly string[]): string | undefined {
  if (!PLAINLY_QUOTED.test(value)) return undefined;
  const accepted = new Map<string, number>();
  for (const { item, weight } of weighted(value)) {
    if ((accepted.get(item) ?? weight) !== weight) return undefined; // NaN, an invalid weight, differs from itself
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

/** The weight of the closest match: the value itself, a range that includes it, a more specific one, or `*`. */
function weightOf(value: string, accepted: ReadonlyMap<string, number>): number {
  const [type, subtype] = value.split("/");
  const around = subtype === undefined ? shorterTags(value) : [`${type}/*`, "*/*"];
  for (const name of [value, ...around]) {
    const weight = accepted.get(name);
    if (weight !== undefined) return weight;
  }
  return standingInFor(value, accepted) || (accepted.get("*") ?? 0);
}

/** `zh-hant-tw` → `zh-hant`, `zh`: the ranges that include a language (RFC 4647 §3.3.1). */
function shorterTags(value: string): string[] {
  const subtags = value.split("-");
  return subtags.slice(1).map((_subtag, at) => subtags.slice(0, -1 - at).join("-"));
}

/** A client that wants `de-AT` gets `de` if nothing closer exists (RFC 4647 §3.4). */
function standingInFor(value: string, accepted: ReadonlyMap<string, number>): number {
  let best = 0;
  for (const [name, weight] of accepted) if (name.startsWith(`${value}-`)) best = Math.max(best, weight);
  return best;
}

interface Listed {
  readonly item: string;
  readonly weight: number;
}

const PLAINLY_QUOTED = /^(?:[^"]|"[^",;\\]*")*$/;

/** A list with quality values (RFC 9110 §12.4.2), in lower case. */
const weighted = (value: string): readonly Listed[] =>
  value.split(",").flatMap((part) => {
    const [item, ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    return item ? [{ item, weight: weightIn(parameters) }] : [];
  });

/** NaN if the weight is invalid or is given twice. An origin may read `q=` and `q =0.1` as any weight. */
function weightIn(parameters: readonly string[]): number {
  const weight = parameters.filter((parameter) => /^q\s*(?:=|$)/.test(parameter)).join();
  return weight === "" ? 1 : Number(A_WEIGHT.exec(weight)?.[1]);
}

const A_WEIGHT = new RegExp(`^q=(${QVALUE})$`);
