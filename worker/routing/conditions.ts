// The conditions of a route besides its path. Each condition knows whether it holds, and for `explain` what it wants
// and what it found. Live traffic never computes the latter.
import { compileGlob, compileListGlob, type Glob } from "../../shared/glob.ts";
import type { MatchConfig, TextPattern } from "../../shared/site/match-schema.ts";
import { type ClaimCondition, compileClaims, textsOf } from "../admission/authentication/claims.ts";
import type { Asked } from "../message.ts";
import { compileAddressSet } from "./address-set.ts";
import { cookieValues } from "./cookies.ts";
import { compilePathTable } from "./path-table.ts";
import { fieldValues, parameterValues } from "./spellings.ts";

export interface Condition {
  /** `method`, `header accept`, `not`, … */
  readonly name: string;
  /** What it wants, in words: `GET or POST`. */
  readonly wants: string;
  holds(asked: Asked): boolean;
  /** What the request has, in words. */
  found(asked: Asked): string;
}

/** All conditions except the path of the outermost match, which the path table tests for all routes at once. */
export function compileConditions(match: MatchConfig | undefined): Condition[] {
  if (!match) return [];
  const conditions: Condition[] = [];
  if (match.host) conditions.push(hostIs(match.host));
  if (match.scheme) conditions.push(oneOf("scheme", [match.scheme], (asked) => asked.scheme));
  if (match.method) conditions.push(methodIs(match.method));
  for (const [name, pattern] of Object.entries(match.header ?? {})) conditions.push(headerIs(name, pattern));
  for (const [name, pattern] of Object.entries(match.query ?? {})) conditions.push(queryIs(name, pattern));
  for (const [name, pattern] of Object.entries(match.cookie ?? {})) conditions.push(cookieIs(name, pattern));
  for (const claim of compileClaims(match.claims)) conditions.push(claimIs(claim));
  if (match.country) conditions.push(oneOf("country", match.country, (asked) => asked.client.country));
  if (match.ip) conditions.push(addressIn(match.ip));
  if (match.not) conditions.push(not(compileMatch(match.not)));
  if (match.any) conditions.push(any(match.any.map(compileMatch)));
  if (match.all) conditions.push(all("all", match.all.map(compileMatch)));
  return conditions;
}

/** All conditions, the path included, as one. */
export function compileMatch(match: MatchConfig): Condition {
  const conditions = compileConditions(match);
  if (match.path) conditions.unshift(pathIs(match.path));
  const [first, ...others] = conditions;
  return first && others.length === 0 ? first : all("all", conditions);
}

function pathIs(patterns: readonly string[]): Condition {
  const table = compilePathTable([{ patterns, value: undefined }]);
  return {
    name: "path",
    wants: patterns.join(" or "),
    holds: (asked) => table.takes(asked.path),
    found: (asked) => asked.path,
  };
}

function hostIs(patterns: readonly string[]): Condition {
  const globs = patterns.map(compileGlob);
  return {
    name: "host",
    wants: patterns.join(" or "),
    holds: (asked) => globs.some((matches) => matches(asked.host)),
    found: (asked) => asked.host,
  };
}

/** A route that takes GET also takes HEAD: RFC 9110 §9.1 requires every server to support both. */
function methodIs(methods: readonly string[]): Condition {
  const wanted = new Set(methods.includes("GET") ? [...methods, "HEAD"] : methods);
  return {
    name: "method",
    wants: methods.join(" or "),
    holds: (asked) => wanted.has(asked.method),
    found: (asked) => asked.method,
  };
}

function oneOf(
  name: string,
  values: readonly string[],
  read: (asked: Asked) => string | undefined,
): Condition {
  const wanted: ReadonlySet<string | undefined> = new Set(values);
  return {
    name,
    wants: values.join(" or "),
    holds: (asked) => wanted.has(read(asked)),
    found: (asked) => read(asked) ?? "unknown",
  };
}

function addressIn(ranges: readonly string[]): Condition {
  const addresses = compileAddressSet(ranges);
  return {
    name: "ip",
    wants: ranges.join(" or "),
    holds: (asked) => addresses.has(asked.client.ip),
    found: (asked) => asked.client.ip,
  };
}

/**
 * Tests each line of the field, each element of a line, and the whole field: which of them an origin uses is unknown.
 */
function headerIs(name: string, pattern: TextPattern): Condition {
  return textCondition(
    `header ${name}`,
    pattern,
    (asked) => fieldValues(asked.headers, name),
    compileListGlob,
  );
}

function queryIs(name: string, pattern: TextPattern): Condition {
  return textCondition(`query ${name}`, pattern, ({ query }) => parameterValues(query, name));
}

function cookieIs(name: string, pattern: TextPattern): Condition {
  return textCondition(`cookie ${name}`, pattern, (asked) => cookieValues(asked.headers.get("cookie"), name));
}

/** Of a client that has proven nothing, no claim holds; the absence of one does. */
function claimIs({ name, wants, holds }: ClaimCondition): Condition {
  return {
    name: `claim ${name}`,
    wants,
    holds: ({ claims = {} }) => holds(claims),
    found: ({ claims = {} }) => textsOf(claims, name).join(", ") || "none",
  };
}

function textCondition(
  name: string,
  pattern: TextPattern,
  read: (asked: Asked) => readonly string[],
  compile: (pattern: string) => Glob = compileGlob,
): Condition {
  const found = (asked: Asked) => read(asked).join(", ") || "none";
  if (typeof pattern === "boolean") {
    return {
      name,
      wants: pattern ? "present" : "absent",
      holds: (asked) => read(asked).length > 0 === pattern,
      found,
    };
  }
  const patterns = typeof pattern === "string" ? [pattern] : pattern;
  const globs = patterns.map(compile);
  return {
    name,
    wants: patterns.join(" or "),
    holds: (asked) => read(asked).some((value) => globs.some((matches) => matches(value))),
    found,
  };
}

function all(name: string, conditions: readonly Condition[]): Condition {
  return {
    name,
    wants: conditions.map(describe).join(" and "),
    holds: (asked) => conditions.every((condition) => condition.holds(asked)),
    found: (asked) => describeFound(conditions, asked),
  };
}

function any(conditions: readonly Condition[]): Condition {
  return {
    name: "any",
    wants: conditions.map(describe).join(" or "),
    holds: (asked) => conditions.some((condition) => condition.holds(asked)),
    found: (asked) => describeFound(conditions, asked),
  };
}

function not(condition: Condition): Condition {
  return {
    name: "not",
    wants: `not ${describe(condition)}`,
    holds: (asked) => !condition.holds(asked),
    found: (asked) => condition.found(asked),
  };
}

const describe = (condition: Condition): string => `${condition.name} ${condition.wants}`;

const describeFound = (conditions: readonly Condition[], asked: Asked): string =>
  conditions.map((condition) => `${condition.name} ${condition.found(asked)}`).join(", ");
