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

/** The codings that the client accepts, in alphabetical order: `gzip;q=0.8, br` → `br,gzip`. */
export const normaliseEncodings = remember(CHARACTERS, (value): string | undefined => {
  if (!isListOf(CODING, value)) return undefined;
  return weighted(value)
    .map(({ item }) => item)
    .sort()
    .join(",");
});

/** Languages by preference, equal ones in alphabetical order: `de;q=1, en;q=0.5, fr;q=0.5` → `de>en,fr`. */
export const normaliseLanguages = remember(CHARACTERS, (value): string | undefined => {
  if (!isListOf(LANGUAGE_RANGE, value)) return undefined;
  const byWeight = new Map<number, string[]>();
  for (const { item, weight } of weighted(value))
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), item]);
  return [...byWeight]
    .sort(([a], [b]) => b - a)
    .map(([, items]) => items.sort().join(","))
    .join(">");
});

/** Of normalised languages those that are wanted most. */
export const mostWantedLanguages = (languages: string): readonly string[] =>
  languages === "" ? [] : (languages.split(">", 1)[0] ?? "").split(",");

const WEIGHT = "(?:[ \\t]*;[ \\t]*q=(?:0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?"; // RFC 9110 §12.4.2
const listOf = (item: string) => new RegExp(`^(?:[ \\t,]*(?:${item})${WEIGHT}[ \\t]*(?:,|$))*[ \\t,]*$`, "i");
const CODING = listOf("[!#$%&'*+.^_`|~0-9A-Za-z-]+"); // RFC 9110 §12.5.3
/** RFC 4647 §2.1, narrowed to language, script and region: longer subtags could spell a word that an origin prints. */
const LANGUAGE_RANGE = listOf("\\*|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\\d{3}))?");

/** Longer ones are nobody's preferences, and are not worth the matching. */
const LONGEST_LIST = 1_000;

const isListOf = (grammar: RegExp, value: string): boolean =>
  value.length <= LONGEST_LIST && grammar.test(value);

/** Of the values that matter the one that is accepted best; the first of the list counts among equals. */
export function pickAccepted(value: string, values: readonly string[]): string {
  const accepted = new Map(weighted(value).map(({ item, weight }) => [item, weight]));
  let best = "";
  let bestWeight = 0;
  for (const candidate of values) {
    const name = candidate.toLowerCase();
    const weight = accepted.get(name) ?? accepted.get(name.split("-", 1)[0] ?? "") ?? accepted.get("*") ?? 0;
    if (weight > bestWeight) {
      best = candidate;
      bestWeight = weight;
    }
  }
  return best;
}

/** A list with quality values (RFC 9110 §12.4.2), in lower case, without what is refused by q=0. */
const weighted = (value: string): readonly { item: string; weight: number }[] =>
  value.split(",").flatMap((part) => {
    const [item = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    return item === "" || !(weight > 0) ? [] : [{ item, weight }];
  });
