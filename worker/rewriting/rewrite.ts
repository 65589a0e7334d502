// The path and query that the origin sees.
import { compileGlob, type Glob } from "../../shared/glob.ts";
import { asCompared } from "../../shared/site/path-spelling.ts";
import type { Fact } from "../../shared/site/placeholders.ts";
import type { Site } from "../../shared/site/schema.ts";
import { canonicalPath, resolveDots } from "../routing/canonical-target.ts";
import type { Captures } from "../routing/path-table.ts";
import { isSpellingOfParameter, parameterName, usualParameter } from "../routing/spellings.ts";
import { compileTemplate, fillTemplate, type Template } from "./template.ts";
import { compileValue, factsIn, fillParameter, hasSecret, type Known, type Value } from "./value.ts";

type RewriteConfig = NonNullable<Site["routes"][number]["rewrite"]>;

export interface Rewrite {
  readonly path: Template | null;
  /** The segments of the prefix, in the spelling used for comparison. */
  readonly stripPrefix: readonly string[];
  readonly addPrefix: string;
  readonly query: QueryRewrite | null;
  /** The facts of the request that the query contains. */
  readonly facts: readonly Fact[];
  /** Whether the query contains a secret. */
  readonly hasSecrets: boolean;
}

const BEYOND_URL: ReadonlySet<Fact> = new Set(["client.ip", "client.country", "request.id"]);

/**
 * Whether the query can differ between clients or requests for one URL (or, if the host does not count, for one path).
 * Two such requests are no longer the same request to the origin.
 */
export const asksDifferently = ({ facts }: Rewrite, hostCounts: boolean): boolean =>
  facts.some((fact) => BEYOND_URL.has(fact) || (fact === "host" && !hostCounts));

interface QueryRewrite {
  readonly only: readonly Glob[] | null;
  readonly remove: readonly Glob[];
  readonly set: readonly (readonly [name: string, value: Value])[];
}

/** `captures` are the names that the route's patterns capture. */
export function compileRewrite(config: RewriteConfig, captures: ReadonlySet<string>): Rewrite {
  const query = config.query;
  const set = Object.entries(query?.set ?? {}).map(
    ([name, value]) => [name, compileValue(value, captures)] as const,
  );
  return {
    path: config.path === undefined ? null : compileTemplate(config.path),
    stripPrefix: asCompared(spellPrefix(config.stripPrefix)).split("/").slice(1),
    addPrefix: spellPrefix(config.addPrefix),
    query: query
      ? {
          only: query.only?.map(compileGlob) ?? null,
          remove: query.remove.map(compileGlob),
          set,
        }
      : null,
    facts: set.flatMap(([, value]) => factsIn(value)),
    hasSecrets: set.some(([, value]) => hasSecret(value)),
  };
}

export function rewritePath(rewrite: Rewrite | null, path: string, captures: Captures): string {
  if (!rewrite) return path;
  let rewritten = rewrite.path ? fillTemplate(rewrite.path, captures) : path;
  rewritten = withoutPrefix(rewritten, rewrite.stripPrefix);
  // A capture beside literal dots (`/files/.:name`) may have formed a dot segment, which `fetch` would resolve.
  return resolveDots(rewrite.addPrefix + rewritten);
}

/** Strips whole segments only, in any spelling. The rest keeps its spelling. */
function withoutPrefix(path: string, prefix: readonly string[]): string {
  const segments = path.slice(1).split("/");
  if (!prefix.every((wanted, at) => isSpelling(segments[at], wanted))) return path;
  return `/${segments.slice(prefix.length).join("/")}`;
}

/** Compares as a route does: with or without the `;parameters` of the segment. */
function isSpelling(segment: string | undefined, wanted: string): boolean {
  if (segment === undefined) return false;
  const compared = asCompared(segment);
  return compared === wanted || compared.replace(/;.*/s, "") === wanted;
}

/**
 * Works on the raw pairs, so that a parameter that is kept reaches the origin byte for byte. Some origins also end a
 * parameter at a semicolon, so in `a=1;debug=1` the second part counts as one as well.
 */
export function rewriteQuery(rewrite: Rewrite | null, known: Known): string {
  const { query } = known.asked;
  const rules = rewrite?.query;
  if (!rules) return query;
  const isKept = (pair: string): boolean => {
    if (pair === "") return false;
    const name = parameterName(pair);
    const usual = usualParameter(name);
    if (rules.remove.some((matches) => matches(name) || matches(usual))) return false;
    if (rules.set.some(([written]) => isSpellingOfParameter(name, written))) return false;
    return rules.only === null || rules.only.some((matches) => matches(name));
  };
  const kept = query.split("&").flatMap((group) => {
    const pairs = group.split(";").filter(isKept);
    return pairs.length > 0 ? [pairs.join(";")] : [];
  });
  for (const [name, value] of rules.set) {
    const filled = fillParameter(value, known);
    if (filled !== undefined) kept.push(`${encodeURIComponent(name.toWellFormed())}=${filled}`);
  }
  return kept.join("&");
}

/** In the spelling of a canonical path, without a trailing slash. */
function spellPrefix(prefix = ""): string {
  const spelt = canonicalPath(prefix);
  const path = spelt.ok ? spelt.value.path : prefix;
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
