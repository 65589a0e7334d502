// Does the whole site compile? The edge compiles a route when a request first needs it, and assumes that this
// succeeds. So the commands compile everything beforehand, and report what does not compile with its place in the
// file.
import { err, ok, type Result } from "../../shared/result.ts";
import type { MatchConfig } from "../../shared/site/match-schema.ts";
import { type Problem, problemAt } from "../../shared/site/problem.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import { compilePool } from "../balancing/pool.ts";
import { compileCacheRules } from "../caching/law/rules.ts";
import { capturesOf } from "../compile-route.ts";
import { compileSite } from "../compile-site.ts";
import { compileRedirect } from "../delivery/redirect.ts";
import { compileDressing } from "../delivery/security-headers.ts";
import type { Secrets } from "../ports.ts";
import { compileHeaderEdits } from "../rewriting/header-edits.ts";
import { compileRewrite } from "../rewriting/rewrite.ts";
import { compileValue } from "../rewriting/value.ts";
import type { CompiledSite } from "../site.ts";
import { compileAddressSet } from "./address-set.ts";
import { compileConditions } from "./conditions.ts";
import { compilePathTable } from "./path-table.ts";

type Keys = readonly PropertyKey[];
type Part = readonly [keys: Keys, compile: () => unknown];

/** Expects a validated site. */
export function compileWhole(
  site: Site,
  version: string,
  secrets?: Secrets,
): Result<CompiledSite, Problem[]> {
  try {
    const compiled = compileSite(site, version, { secrets });
    for (const compileRoute of compiled.routes) {
      for (const path of pathsNear(compileRoute().patterns)) compiled.paths.takes(path);
    }
    for (const { match } of site.routes) nestedPatterns(match).forEach(compilePattern);
    return ok(compiled);
  } catch (error) {
    for (const parts of [partsOf(site), wholeRoutesOf(site, version)]) {
      const found = parts.flatMap(faultOf);
      if (found.length > 0) return err(found);
    }
    return err([fault([], error)]);
  }
}

/**
 * The path table builds a branch when the first path arrives that begins like its patterns. A pattern may contain
 * characters that occur in paths only in encoded form, so both spellings are tried.
 */
const pathsNear = (patterns: readonly string[]): string[] =>
  patterns.flatMap((pattern) => [pattern, encodeURI(pattern)]);

/** Those of the conditions, which have path tables of their own. */
const nestedPatterns = ({ not, any = [], all = [] }: MatchConfig = {}): string[] =>
  [...(not ? [not] : []), ...any, ...all].flatMap((nested) => [
    ...(nested.path ?? []),
    ...nestedPatterns(nested),
  ]);

function compilePattern(pattern: string): void {
  const table = compilePathTable([{ patterns: [pattern], value: undefined }]);
  for (const path of pathsNear([pattern])) table.takes(path);
}

/** The parts, each compiled on its own so that the faulty one can be named. */
function partsOf(site: Site): Part[] {
  return [
    ...Object.entries(site.pools).flatMap(([id, pool]) =>
      pool.origins.map(
        (origin, at): Part => [
          ["pools", id, "origins", at, "url"],
          () => compilePool("", id, { ...pool, origins: [origin] }),
        ],
      ),
    ),
    [["trustedProxies"], () => compileAddressSet(site.trustedProxies)],
    [["security"], () => compileDressing(site.security, undefined)],
    [["headers"], () => [compileEdits(site.headers, new Set())]],
    ...site.routes.flatMap((route, index) => partsOfRoute(route, ["routes", index])),
  ];
}

function wholeRoutesOf(site: Site, version: string): Part[] {
  return site.routes.map((route, index) => [
    ["routes", index],
    () => compileSite({ ...site, routes: [route] }, version).routes[0]?.(),
  ]);
}

const compileEdits = (headers: Site["headers"], captures: ReadonlySet<string>): unknown => [
  compileHeaderEdits([{ edits: headers?.request, captures }]),
  compileHeaderEdits([{ edits: headers?.response, captures }]),
];

function partsOfRoute(route: SiteRoute, keys: Keys): Part[] {
  const { match, redirect, respond, rewrite, headers, cache, security } = route;
  const captures = capturesOf(route);
  return [
    ...(match?.path ?? []).map(
      (pattern, at): Part => [[...keys, "match", "path", at], () => compilePattern(pattern)],
    ),
    [[...keys, "match"], () => [compileConditions(match), nestedPatterns(match).map(compilePattern)]],
    [[...keys, "redirect"], () => redirect && compileRedirect(redirect, [])],
    [[...keys, "rewrite"], () => rewrite && compileRewrite(rewrite, captures)],
    [[...keys, "headers"], () => compileEdits(headers, captures)],
    [[...keys, "cache"], () => compileCacheRules(cache, NOWHERE)],
    [
      [...keys, "respond", "headers"],
      () => Object.values(respond?.headers ?? {}).map((value) => compileValue(value, captures)),
    ],
    [[...keys, "security"], () => compileDressing("off", security)],
  ];
}

const NOWHERE = { site: "", answeredBy: "", targetsDiffer: false };

function faultOf([keys, compile]: Part): Problem[] {
  try {
    compile();
    return [];
  } catch (error) {
    return [fault(keys, error)];
  }
}

/** The check should have found this, and said how to fix it. */
const fault = (keys: Keys, error: unknown): Problem =>
  problemAt(keys, `${keys.length === 0 ? "the file " : ""}does not compile (${String(error)})`, {
    hint: "write it another way, and please report that the check missed it",
  });
