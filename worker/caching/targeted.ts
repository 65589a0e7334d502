// Which field speaks to this cache? The first that is present and valid of our own, the CDNs' (RFC 9213) and
// the older Surrogate-Control; else Cache-Control. Targeted fields are structured: an invalid one is ignored whole.
import { parseDictionary } from "structured-headers";
import { type Directives, parseDirectives } from "./directives.ts";

/** In order of precedence; the first two are dictionaries by RFC 9213 §2.1, and the third is read as one too. */
export const TARGETED_FIELDS = ["headgate-cache-control", "cdn-cache-control", "surrogate-control"] as const;

export interface Addressed {
  readonly directives: Directives;
  /** Where a targeted field speaks, Cache-Control and Expires are not for us (RFC 9213 §2.2). */
  readonly field: (typeof TARGETED_FIELDS)[number] | "cache-control";
}

export function directivesForUs(headers: Headers): Addressed {
  for (const field of TARGETED_FIELDS) {
    const value = headers.get(field);
    const directives = value === null ? undefined : fromDictionary(value);
    if (directives && (field !== "surrogate-control" || speaksOfCaching(directives))) {
      return { directives, field };
    }
  }
  return { directives: parseDirectives(headers.get("cache-control")), field: "cache-control" };
}

/** Undefined where the field is invalid or empty. A directive of the wrong type spoils it (RFC 9213 §2.1). */
function fromDictionary(value: string): Directives | undefined {
  try {
    const directives = new Map<string, string | true>();
    for (const [name, [member]] of parseDictionary(value)) {
      if (member === true || typeof member === "number")
        directives.set(name, member === true ? true : `${member}`);
      else if (NUMERIC.has(name)) return undefined;
      else if (member !== false) directives.set(name, String(member));
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

/**
 * Surrogate-Control is older than RFC 9213, and used for other ends too: `content="ESI/1.0"` beside
 * `Cache-Control: private` must not make that void.
 */
const speaksOfCaching = (directives: Directives): boolean =>
  [...directives.keys()].some((name) => NUMERIC.has(name) || WORDS.has(name));

const WORDS: ReadonlySet<string> = new Set([
  "no-store",
  "no-cache",
  "private",
  "public",
  "must-revalidate",
  "proxy-revalidate",
]);

const NUMERIC: ReadonlySet<string> = new Set([
  "max-age",
  "s-maxage",
  "stale-while-revalidate",
  "stale-if-error",
]);
