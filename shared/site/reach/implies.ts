// Does every request that meets these conditions also meet those? Sound but not complete: "no" may mean "unknown".
import { compileGlob } from "../../glob.ts";
import type { MatchConfig, TextPattern } from "../match-schema.ts";
import { pathShapes } from "../path-pattern.ts";
import { pathTrie } from "./path-trie.ts";

/** A match as the conditions that all hold: itself, and each that it asks for under `all`. */
export function conjuncts(match: MatchConfig): readonly MatchConfig[] {
  return match.all === undefined ? [match] : [match, ...match.all.flatMap(conjuncts)];
}

/** All conditions of `wide` but its own outermost path, where all of `given` hold. */
export function implies(given: readonly MatchConfig[], wide: MatchConfig): boolean {
  const some = (holds: (one: MatchConfig) => boolean) => given.some(holds);
  const { host, scheme, method, header, query, cookie, country, ip, not, any, all } = wide;
  return (
    (host === undefined || some((one) => globsCover(host, one.host))) &&
    (scheme === undefined || some((one) => one.scheme === scheme)) &&
    (method === undefined || some((one) => covers(withHead(method), one.method && withHead(one.method)))) &&
    textsFollow(given, "header", header) &&
    textsFollow(given, "query", query) &&
    textsFollow(given, "cookie", cookie) &&
    (country === undefined || some((one) => covers(country, one.country))) &&
    (ip === undefined || some((one) => covers(ip, one.ip))) &&
    // ¬n follows from ¬m where n implies m.
    (not === undefined || some((one) => one.not !== undefined && impliesWholly(conjuncts(not), one.not))) &&
    (any === undefined ||
      any.some((one) => impliesWholly(given, one)) ||
      some((one) => anyFollows(one, any))) &&
    (all === undefined || all.every((one) => impliesWholly(given, one)))
  );
}

/** The path of `wide` included. */
function impliesWholly(given: readonly MatchConfig[], wide: MatchConfig): boolean {
  const { path } = wide;
  const pathFollows = path === undefined || given.some((one) => one.path && pathsCover(path, one.path));
  return pathFollows && implies(given, wide);
}

const anyFollows = (narrow: MatchConfig, any: readonly MatchConfig[]): boolean =>
  narrow.any?.every((one) => any.some((wide) => impliesWholly(conjuncts(one), wide))) ?? false;

function textsFollow(
  given: readonly MatchConfig[],
  kind: "header" | "query" | "cookie",
  wanted: Readonly<Record<string, TextPattern>> | undefined,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, wide]) =>
    given.some((one) => textFollows(ownValue(one[kind], name), wide)),
  );
}

/** `constructor` is a name that a parameter may have, and that every object answers to. */
const ownValue = (texts: Readonly<Record<string, TextPattern>> | undefined, name: string) =>
  texts !== undefined && Object.hasOwn(texts, name) ? texts[name] : undefined;

function textFollows(narrow: TextPattern | undefined, wide: TextPattern): boolean {
  if (narrow === undefined) return false;
  if (wide === false || narrow === false) return wide === narrow;
  if (wide === true) return true; // a value that matches is there
  const globs = asList(wide);
  return narrow === true ? globs.includes("*") : globsCover(globs, asList(narrow));
}

/**
 * Each narrow glob within a wide one. Matched as a text: a star of the narrow one can only have been swallowed by a
 * star of the wide one, and then so is whatever it stands for.
 */
export function globsCover(wide: readonly string[], narrow: readonly string[] | undefined): boolean {
  return (
    narrow?.every(
      (one) => wide.includes(one) || wide.some((glob) => glob.includes("*") && compileGlob(glob)(one)),
    ) ?? false
  );
}

function pathsCover(wide: readonly string[], narrow: readonly string[]): boolean {
  const trie = pathTrie<true>();
  for (const shape of wide.flatMap(pathShapes)) trie.at(shape, () => true);
  return narrow.flatMap(pathShapes).every((shape) => trie.around(shape).length > 0);
}

const covers = (wide: readonly string[], narrow: readonly string[] | undefined): boolean =>
  narrow?.every((one) => wide.includes(one)) ?? false;

const withHead = (methods: readonly string[]): string[] =>
  methods.includes("GET") ? [...methods, "HEAD"] : [...methods];

const asList = (pattern: string | readonly string[]): readonly string[] =>
  typeof pattern === "string" ? [pattern] : pattern;
