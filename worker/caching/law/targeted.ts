// Which field contains the directives for this cache? The first that is present and valid: our own, then CDN-Cache-Control
// (RFC 9213), then the older Surrogate-Control, then Cache-Control. Targeted fields are structured fields: an invalid one is
// ignored as a whole (RFC 9213 §2.1), except for words that forbid something: `CDN-Cache-Control: No-Store` is meant.
import { parseDictionary, Token } from "structured-headers";
import { type Directives, parseDirectives, wordsIn } from "./directives.ts";

/** In order of precedence. The first two are dictionaries (RFC 9213 §2.1), and the third is parsed as one. */
export const TARGETED_FIELDS = ["headgate-cache-control", "cdn-cache-control", "surrogate-control"] as const;

export interface Addressed {
  readonly directives: Directives;
  /** If a targeted field applies, Cache-Control and Expires are ignored (RFC 9213 §2.2). */
  readonly field: (typeof TARGETED_FIELDS)[number] | "cache-control";
}

export function directivesForUs(headers: Headers): Addressed {
  let forbidden: readonly string[] = [];
  for (const field of TARGETED_FIELDS) {
    const value = headers.get(field);
    if (value === null) continue;
    const directives = fromDictionary(value);
    if (!directives) forbidden = [...forbidden, ...wordsIn(value).filter((word) => FORBIDDING.has(word))];
    else if (field !== "surrogate-control" || speaksOfCaching(directives)) {
      return { directives: and(directives, forbidden), field };
    }
  }
  const directives = parseDirectives(headers.get("cache-control"));
  return { directives: and(directives, forbidden), field: "cache-control" };
}

/** The empty argument does not weaken them: `private` and `no-cache` cover the whole response. None permits anything. */
function and(directives: Directives, forbidden: readonly string[]): Directives {
  if (forbidden.length === 0) return directives;
  return new Map([...directives, ...forbidden.map((word) => [word, ""] as const)]);
}

/** Undefined if the field is invalid or empty. One directive of the wrong type makes the field invalid (RFC 9213 §2.1). */
function fromDictionary(value: string): Directives | undefined {
  try {
    const directives = new Map<string, string | true>();
    for (const [name, [member]] of parseDictionary(value)) {
      if (member === false) continue;
      if (!NUMERIC.has(name)) directives.set(name, member === true || textOf(member));
      else if (Number.isInteger(member) && Number(member) >= 0) directives.set(name, `${member}`);
      else return undefined;
    }
    return directives.size > 0 ? directives : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for other types: they name no field, and no directive takes them as an argument. */
const textOf = (member: unknown): string =>
  typeof member === "string" ? member : member instanceof Token ? member.toString() : "";

/**
 * Surrogate-Control is older than RFC 9213 and has other uses: `content="ESI/1.0"` must not override a
 * `Cache-Control: private` beside it.
 */
const speaksOfCaching = (directives: Directives): boolean =>
  [...directives.keys()].some((name) => NUMERIC.has(name) || WORDS.has(name));

const FORBIDDING: ReadonlySet<string> = new Set([
  "no-store",
  "no-cache",
  "private",
  "must-revalidate",
  "proxy-revalidate",
]);

const WORDS: ReadonlySet<string> = new Set([...FORBIDDING, "public"]);

const NUMERIC: ReadonlySet<string> = new Set([
  "max-age",
  "s-maxage",
  "stale-while-revalidate",
  "stale-if-error",
]);
