// What does a pattern of a BAN cover, of those that purges can express: everything, everything below a path, or one path? Such
// patterns are regular expressions for Varnish. What could cover less than is meant is not guessed. Pure.

export type Reach =
  | { readonly by: "all" }
  /** Ends with a slash. */
  | { readonly by: "below"; readonly path: string }
  | { readonly by: "exact"; readonly path: string };

/** Undefined if it is another regular expression. */
export function readUrlPattern(pattern: string): Reach | undefined {
  const [, body = "", end = ""] = /^\^?(.*?)(\.\*\$?|\$)?$/s.exec(pattern.trim()) ?? [];
  const path = literal(body);
  if (path === undefined) return undefined;
  if (path === "" || path === "/") return end === "$" && path === "/" ? { by: "exact", path } : { by: "all" };
  if (!path.startsWith("/")) return undefined;
  if (end === "$") return { by: "exact", path };
  // `/news` and `/news.*` also cover /newspaper, which no prefix of whole segments does.
  return path.endsWith("/") ? { by: "below", path } : undefined;
}

/** `all`, or the host. Undefined if it is another regular expression. */
export function readHostPattern(pattern: string): "all" | { readonly host: string } | undefined {
  const [, body = ""] = /^\^?(.*?)\$?$/s.exec(pattern.trim()) ?? [];
  if (/^(?:\.[*+])?$/.test(body)) return "all";
  const host = literal(body);
  return host === undefined || host === "" ? undefined : { host };
}

/** Without the escapes. A bare dot stands for itself: it is in every host, and most people do not escape it. */
function literal(text: string): string | undefined {
  const plain = text.replace(/\\([^\w\s])/g, "$1");
  const bare = text.replace(/\\[^\w\s]/g, "");
  return /[\\^$*+?()[\]{}|]/.test(bare) ? undefined : plain;
}

/**
 * The tags in `a b`, `a,b`, `a|b`, and in the patterns that FOSHttpCache and Magento make: `(^|,)(a|b)(,|$)`, `((^|,)a(,|$))|((^|,)b(,|$))`.
 * `all` for `.*`; undefined if it is another regular expression.
 */
export function readTagPattern(pattern: string): "all" | readonly string[] | undefined {
  if (/^\s*\^?\.[*+]\$?\s*$/.test(pattern)) return "all";
  const borders = /\(\^\|[, ]\)|\([, ]\|\$\)/g;
  const words = pattern.replaceAll(borders, "").replaceAll(/(?<!\\)[()]/g, "");
  const tags = words.split(/(?<!\\)[\s,|]+/).filter((word) => word !== "");
  const read = tags.map(literal);
  return read.every((tag) => tag !== undefined) ? [...new Set(read)] : undefined;
}
