// Does every request that meets these conditions also meet those? Sound but not complete: "no" may mean "unknown".
import { compileGlob } from "../../glob.ts";
import type { MatchConfig, TextPattern } from "../match-schema.ts";
import { type PathShape, pathShapes } from "../path-pattern.ts";
import { pathTrie } from "./path-trie.ts";

/** A match as a list of conditions that must all hold: itself, and each one under `all`. */
export function conjuncts(match: MatchConfig): readonly MatchConfig[] {
  return match.all === undefined ? [match] : [match, ...match.all.flatMap(conjuncts)];
}

/** Whether all conditions of `wide`, except its outermost path, hold whenever all of `given` hold. */
export function implies(given: readonly MatchConfig[], wide: MatchConfig): boolean {
  const some = (holds: (one: MatchConfig) => boolean) => given.some(holds);
  const { host, scheme, method, header, query, cookie, claims, country, ip, not, any, all } = wide;
  return (
    (host === undefined || some((one) => globsCover(host, one.host))) &&
    (scheme === undefined || some((one) => one.scheme === scheme)) &&
    (method === undefined || some((one) => covers(withHead(method), one.method))) &&
    textsFollow(given, "header", header) &&
    textsFollow(given, "query", query) &&
    textsFollow(given, "cookie", cookie) &&
    textsFollow(given, "claims", claims) &&
    (country === undefined || some((one) => covers(country, one.country))) &&
    (ip === undefined || some((one) => covers(ip, one.ip))) &&
    // ¬n follows from ¬m if n implies m.
    (not === undefined || some((one) => one.not !== undefined && impliesWholly(conjuncts(not), one.not))) &&
    (any === undefined ||
      any.some((one) => impliesWholly(given, one)) ||
      some((one) => anyFollows(one, any))) &&
    (all === undefined || all.every((one) => impliesWholly(given, one)))
  );
}

/** Includes the path of `wide`. */
function impliesWholly(given: readonly MatchConfig[], wide: MatchConfig): boolean {
  const { path } = wide;
  const pathFollows = path === undefined || given.some((one) => one.path && pathsCover(path, one.path));
  return pathFollows && implies(given, wide);
}

const anyFollows = (narrow: MatchConfig, any: readonly MatchConfig[]): boolean =>
  narrow.any?.every((one) => any.some((wide) => impliesWholly(conjuncts(one), wide))) === true;

function textsFollow(
  given: readonly MatchConfig[],
  kind: "header" | "query" | "cookie" | "claims",
  wanted: Readonly<Record<string, TextPattern>> | undefined,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, wide]) =>
    given.some((one) => textFollows(ownValue(one[kind], name), wide)),
  );
}

/** A parameter may be called `constructor`, which every object has. */
const ownValue = (texts: Readonly<Record<string, TextPattern>> | undefined, name: string) =>
  texts !== undefined && Object.hasOwn(texts, name) ? texts[name] : undefined;

function textFollows(narrow: TextPattern | undefined, wide: TextPattern): boolean {
  if (narrow === undefined) return false;
  if (wide === false || narrow === false) return wide === narrow;
  if (wide === true) return true; // a value that matches is present
  const globs = asList(wide);
  return narrow === true ? globs.includes("*") : globsCover(globs, asList(narrow));
}

/**
 * Whether each narrow glob is within a wide one. The narrow glob is matched as if it were a text: a star of it can only
 * be matched by a star of the wide one, and then so is any text that it stands for.
 */
export function globsCover(wide: readonly string[], narrow: readonly string[] | undefined): boolean {
  return narrow?.every((one) => wide.some((glob) => compileGlob(glob)(one))) === true;
}

function pathsCover(wide: readonly string[], narrow: readonly string[]): boolean {
  const trie = pathTrie<PathShape>();
  for (const shape of wide.flatMap(pathShapes)) trie.at(shape, () => shape);
  return narrow.flatMap(pathShapes).every((shape) => trie.around(shape).length > 0);
}

const covers = (wide: readonly string[], narrow: readonly string[] | undefined): boolean =>
  narrow?.every((one) => wide.includes(one)) === true;

const withHead = (methods: readonly string[]): string[] =>
  methods.includes("GET") ? [...methods, "HEAD"] : [...methods];

const asList = (pattern: string | readonly string[]): readonly string[] =>
  typeof pattern === "string" ? [pattern] : pattern;
