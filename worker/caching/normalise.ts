// Header values that mean the same, as one text: fewer variants, more hits. RFC 9111 §4.1 allows what is known
// to mean the same by the field's own definition.
import { remember } from "../../shared/remember.ts";

/** Blanks around the commas of a list say nothing. */
export function normaliseList(value: string): string {
  return value
    .split(",")
    .map((item) => item.trim())
    .join(",");
}

/** The codings that the client accepts, in alphabetical order: `gzip;q=0.8, br` → `br,gzip`. */
export function normaliseEncodings(value: string): string {
  return weighted(value)
    .map(({ item }) => item)
    .sort()
    .join(",");
}

/** Languages by preference, equal ones in alphabetical order: `de;q=1, en;q=0.5, fr;q=0.5` → `de>en,fr`. */
export function normaliseLanguages(value: string): string {
  const byWeight = new Map<number, string[]>();
  for (const { item, weight } of weighted(value))
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), item]);
  return [...byWeight]
    .sort(([a], [b]) => b - a)
    .map(([, items]) => items.sort().join(","))
    .join(">");
}

/** The one language that the client wants most; undefined where several are equal. */
export function mostWantedLanguage(value: string | null): string | undefined {
  const [first = ""] = normaliseLanguages(value ?? "").split(">", 1);
  return first === "" || first.includes(",") ? undefined : first;
}

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

/** Browsers spell these fields in few ways: room for some hundred of them. */
const CHARACTERS = 16_384;

/** A list with quality values (RFC 9110 §12.4.2), in lower case, without what is refused by q=0. */
const weighted = remember(CHARACTERS, (value): readonly { item: string; weight: number }[] =>
  value.split(",").flatMap((part) => {
    const [item = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    return item === "" || !(weight > 0) ? [] : [{ item, weight }];
  }),
);
