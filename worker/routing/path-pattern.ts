// Path patterns in Hono's syntax: `/users/:id`, `/users/:id{[0-9]+}`, `/files/*`, `/opt/:x?`.
// Hono's TrieRouter finds them (of Hono's routers the one whose build and match stay cheap with 10,000 routes);
// here is what it does not give: the text that a trailing `*` stands for, and a walk that ends at the first taker.
import { TrieRouter } from "hono/router/trie-router";
import { checkOptionalParameter } from "hono/utils/url";
import { encodeOutside } from "./percent.ts";

/** Parameters by name; the trailing wildcard's text under `*`. */
export type Captures = Readonly<Record<string, string>>;

export interface PathTable<T> {
  /** Every entry whose pattern matches, in order of registration. Lazy: whoever stops early pays for no more. */
  match(path: string): Iterable<PathMatch<T>>;
  takes(path: string): boolean;
}

export interface PathMatch<T> {
  readonly value: T;
  readonly captures: Captures;
}

/** A pattern as the router takes it, and the entry that it belongs to. */
interface Placed<T> {
  readonly pattern: string;
  readonly order: number;
  readonly value: T;
}

/** All entries that share a pattern: the trie holds each pattern once, however many routes have it. */
interface Registered<T> {
  readonly entries: readonly Placed<T>[];
  /** How many segments stand before the trailing wildcard; -1 where the pattern has none. */
  readonly wildcardAt: number;
}

type Found<T> = [Registered<T>, Record<string, string>];

const METHOD = "ALL"; // the router's name for "any"; methods are a condition of ours

/**
 * A router for each first segment that the patterns name, and one for those that begin with a parameter or a star; none
 * for those that take every path, as most sites' last route does, since there is nothing to find out.
 * Each is built when a path first begins so: a cold isolate would else spend most of its first answer on patterns that
 * nobody asks for.
 */
export function compilePathTable<T>(
  entries: readonly { patterns: readonly string[]; value: T }[],
): PathTable<T> {
  /** Not built yet. */
  const groups = new Map<string | undefined, Placed<T>[]>();
  const everywhere: Placed<T>[] = [];
  entries.forEach(({ patterns, value }, order) => {
    for (const pattern of patterns.flatMap((one) => checkOptionalParameter(one) ?? one).map(spellPattern)) {
      const placed = { pattern, order, value };
      const first = literalStart(pattern);
      const group = pattern === "/*" ? everywhere : groups.get(first);
      if (group) group.push(placed);
      else groups.set(first, [placed]);
    }
  });
  const routers = new Map<string | undefined, TrieRouter<Registered<T>>>();
  const routerFor = (first: string | undefined) => {
    const group = groups.get(first);
    if (group) {
      routers.set(first, buildRouter(group));
      groups.delete(first);
    }
    return routers.get(first);
  };
  const findIn = (first: string | undefined, path: string) =>
    (routerFor(first)?.match(METHOD, path)[0] ?? []) as Found<T>[];
  const inAnyCase: Found<T>[] = everywhere.length > 0 ? [[{ entries: everywhere, wildcardAt: 0 }, {}]] : [];
  const find = (path: string): Found<T>[] => [
    ...inAnyCase,
    ...findIn(firstSegment(path), path),
    ...findIn(undefined, path),
  ];
  return {
    match: (path) => inOrder(find(path), path),
    takes: (path) => find(path).length > 0,
  };
}

function buildRouter<T>(group: readonly Placed<T>[]): TrieRouter<Registered<T>> {
  const router = new TrieRouter<Registered<T>>();
  for (const [pattern, entries] of Map.groupBy(group, (placed) => placed.pattern)) {
    const wildcardAt = pattern.endsWith("/*") ? pattern.split("/").length - 2 : -1;
    router.add(METHOD, pattern, { entries, wildcardAt });
  }
  return router;
}

function firstSegment(path: string): string {
  const end = path.indexOf("/", 1);
  return path.slice(1, end === -1 ? undefined : end);
}

/** The first segment, where it stands for itself alone. */
function literalStart(pattern: string): string | undefined {
  const first = firstSegment(pattern);
  return /^[^:*{]*$/.test(first) ? first : undefined;
}

/** Merges the entries of the patterns that match, by the order of the file. */
function* inOrder<T>(found: Found<T>[], path: string): Generator<PathMatch<T>> {
  const heads = found.map(([{ entries, wildcardAt }, params]) => ({
    entries,
    next: 0,
    captures: capture(path, wildcardAt, params),
  }));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (orderOf(head) < (first ? orderOf(first) : Number.POSITIVE_INFINITY)) first = head;
    }
    const entry = first?.entries[first.next];
    if (!first || !entry) return;
    first.next++;
    yield { value: entry.value, captures: first.captures };
  }
}

const orderOf = <T>({ entries, next }: { entries: Registered<T>["entries"]; next: number }): number =>
  entries[next]?.order ?? Number.POSITIVE_INFINITY;

function capture(path: string, wildcardAt: number, params: Record<string, string>): Captures {
  if (wildcardAt === -1) return params;
  let from = 0;
  for (let segment = 0; segment <= wildcardAt && from !== -1; segment++) {
    from = path.indexOf("/", segment === 0 ? 0 : from + 1);
  }
  return { ...params, "*": from === -1 ? "" : path.slice(from + 1) };
}

const ASCII = /^[\0-\x7f]*$/;

/** Outside of an expression in braces, as a canonical path is spelt: a site file may say `/café`. */
function spellPattern(pattern: string): string {
  if (ASCII.test(pattern)) return pattern;
  return pattern
    .split(/(\{[^/]*\})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeOutside(/[^\0-\x7f]+/g, part)))
    .join("");
}
