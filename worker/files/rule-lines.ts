// What `_redirects` and `_headers` have in common: lines, comments, and paths with placeholders.
import { objectionToPattern } from "../../shared/site/path-pattern-faults.ts";

export interface RuleFault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** As many as Cloudflare follows. The files are the operator's, and a mistake of a generator must not fill the isolate. */
export const MAX_RULES = 2_100;

export interface RuleLine {
  readonly line: number;
  readonly text: string;
}

/** Without comments and empty lines. */
export function linesOf(text: string): RuleLine[] {
  return text
    .split(/\r?\n/)
    .map((written, index) => ({ line: index + 1, text: written.trim() }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
}

/**
 * The path of a rule as a pattern of ours: a `*` may stand anywhere in it, once, for any text. An error says in a sentence why it cannot be
 * followed.
 */
export function patternOf(path: string): string | Error {
  if (!path.startsWith("/"))
    return new Error("the path must begin with /; a rule for another host cannot be followed");
  if (/[{}]/.test(path)) return new Error("a path has no braces");
  const [before = "", after, another] = path.split("*");
  if (another !== undefined) return new Error("a path has one * at most");
  const pattern =
    after === undefined || (after === "" && before.endsWith("/")) ? path : withStarInside(before, after);
  const objection = objectionToPattern(pattern);
  return objection === undefined ? pattern : new Error(`the path ${objection}`);
}

/** `/a/b*.js`: below `/a`, what begins with `b` and ends in `.js`. */
function withStarInside(before: string, after: string): string {
  const slash = before.lastIndexOf("/") + 1;
  return `${before.slice(0, slash)}*{${literal(before.slice(slash))}.*${literal(after)}}`;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
