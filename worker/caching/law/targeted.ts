// Which field speaks to this cache? The first that is present and valid of our own, the CDNs' (RFC 9213) and
// the older Surrogate-Control; else Cache-Control. Targeted fields are structured: an invalid one is ignored whole
// (RFC 9213 §2.1), but for the words by which it forbids something. Whoever sends `CDN-Cache-Control: No-Store` means it.
import { parseDictionary, Token } from "structured-headers";
import { type Directives, parseDirectives, wordsIn } from "./directives.ts";

/** In order of precedence; the first two are dictionaries by RFC 9213 §2.1, and the third is read as one too. */
export const TARGETED_FIELDS = ["headgate-cache-control", "cdn-cache-control", "surrogate-control"] as const;

export interface Addressed {
  readonly directives: Directives;
  /** Where a targeted field speaks, Cache-Control and Expires are not for us (RFC 9213 §2.2). */
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

/** With an empty argument they forbid as ever, `private` and `no-cache` as a whole; none of them gives leave. */
function and(directives: Directives, forbidden: readonly string[]): Directives {
  if (forbidden.length === 0) return directives;
  return new Map([...directives, ...forbidden.map((word) => [word, ""] as const)]);
}

/** Undefined where the field is invalid or empty. A directive of the wrong type spoils it (RFC 9213 §2.1). */
function fromDictionary(value: string): Directives | undefined {
  try {
    const directives = new Map<string, string | true>();
    for (const [name, [member]] of parseDictionary(value)) {
      if (member === true) directives.set(name, true);
      else if (NUMERIC.has(name)) {
        if (typeof member !== "number") return undefined;
        directives.set(name, `${member}`);
      } else if (member !== false) directives.set(name, textOf(member));
    }
    for (const name of NUMERIC) {
      const argument = directives.get(name);
      if (argument === true || (argument !== undefined && !/^\d+$/.test(argument))) return undefined;
    }
    return directives.size > 0 ? directives : undefined;
  } catch {
    return undefined;
  }
}

/** Of another type than a text it names no field, and is no argument that any directive takes. */
const textOf = (member: unknown): string =>
  typeof member === "string" ? member : member instanceof Token ? member.toString() : "";

/**
 * Surrogate-Control is older than RFC 9213, and used for other ends too: `content="ESI/1.0"` beside
 * `Cache-Control: private` must not make that void.
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
