// The canonical form of a request's target. Matching, the cache key and the origin all see this form, so no other spelling can
// slip past a route (`/%61dmin`, `/x/../admin`) or create a second cache entry.
import { err, ok, type Result } from "../../shared/result.ts";
import { canonicalEscape } from "../../shared/site/path-spelling.ts";
import type { PathOddity } from "../../shared/site/schema.ts";
import { isUnreadable } from "../../shared/unreadable.ts";
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";

export interface CanonicalPath {
  readonly path: string;
  readonly oddities: readonly PathOddity[];
}

// Most paths are canonical already: only these characters, and no dot segment, with or without parameters.
const PLAIN = /^(?:\/(?!\.\.?(?:[/;]|$))|[A-Za-z0-9._~!$&'()*+,;=:@-])*$/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
/**
 * RFC 3986 §3.3: everything except pchar and the slash. It is encoded here because `fetch` would otherwise do so later,
 * unseen by us.
 */
const NO_PATH_CHARACTER = /[^A-Za-z0-9._~!$&'()*+,;=:@/%-]/gu;
/**
 * A dot segment beside an escaped slash: `..%2Fadmin` is `/admin` to an origin that decodes first. Or one with
 * parameters: `..;/admin` is `/admin` to Java servers, which strip the parameters and then resolve the dots.
 */
const HIDDEN_DOTS = /(?:%2F|%5C)\.\.?(?=\/|%2F|%5C|;|%3B|$)|(?:^|\/)\.\.?(?=%2F|%5C|;|%3B)/;
/**
 * ASCII in two to six bytes. It is no UTF-8 (RFC 3629 §3), but decoders that do not check take `%C0%AF` for a slash and `%C0%AE` for
 * a dot (CVE-2000-0884, CVE-2008-2938). Any letter of a guarded path can be written like that.
 */
const OVERLONG = /%(?:C[01]|(?:E0|F0%80|F8%80%80|FC%80%80%80)%8[01])%[89AB]/;
const NONE: readonly PathOddity[] = [];

/** RFC 3986 §6.2.2: decodes unreserved characters, writes other escapes in upper case, and resolves dot segments. */
export function canonicalPath(raw: string): Result<CanonicalPath, Refusal> {
  if (PLAIN.test(raw)) return ok({ path: raw, oddities: NONE });
  if (isUnreadable(raw)) return err({ reason: "unreadable-target" });
  const bad = BAD_ESCAPE.exec(raw);
  if (bad) return err({ reason: "bad-path-encoding", at: raw.slice(bad.index, bad.index + 3) });
  const spelt = encodeOutside(NO_PATH_CHARACTER, raw).replace(/%[0-9A-Fa-f]{2}/g, canonicalEscape);
  if (HIDDEN_DOTS.test(spelt)) return err({ reason: "path-refused", oddity: "hidden-dots" });
  if (OVERLONG.test(spelt)) return err({ reason: "path-refused", oddity: "overlong" });
  return ok({ path: resolveDots(spelt), oddities: odditiesOf(spelt) });
}

/** Turns `//` into `/`. An origin that merges slashes would otherwise see a path that no route was matched against. */
export function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, "/");
}

/** RFC 3986 §5.2.4. A path that would climb above the root stays at the root. */
export function resolveDots(path: string): string {
  const segments = path.split("/");
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
      if (last) kept.push("");
    } else if (segment === ".") {
      if (last) kept.push("");
    } else {
      kept.push(segment);
    }
  });
  return kept.join("/");
}

function odditiesOf(path: string): PathOddity[] {
  const found: PathOddity[] = [];
  if (path.includes("%2F")) found.push("encoded-slash");
  if (path.includes("%5C")) found.push("backslash");
  if (/%[01][0-9A-F]|%7F/.test(path)) found.push("control");
  return found;
}

/** WHATWG URL, "special-query percent-encode set"; a `#` cannot occur. */
const NO_QUERY_CHARACTER = /[^!$%&()*+,\-./0-9:;=?@A-Z[\\\]^_`a-z{|}~]/;
const ALL_OF_THEM = new RegExp(NO_QUERY_CHARACTER, "gu");

/**
 * The query, encoded as `fetch` would encode it, so that the cache key and the origin see the same one. Nothing is decoded,
 * merged or sorted: the meaning of a query is between client and origin.
 */
export function canonicalQuery(raw: string): string {
  return NO_QUERY_CHARACTER.test(raw) ? encodeOutside(ALL_OF_THEM, raw) : raw;
}

/** As in a request line. */
export function pathAndQuery({ path, query, loneMark }: Pick<Asked, "path" | "query" | "loneMark">): string {
  if (query !== "") return `${path}?${query}`;
  return loneMark ? `${path}?` : path;
}

/**
 * Percent-encoding (RFC 3986 §2.1). Percent-encodes as UTF-8 whatever the expression matches, including characters that
 * `encodeURIComponent` would leave alone.
 */
export function encodeOutside(found: RegExp, text: string): string {
  return text.replace(found, (characters) =>
    // A lone surrogate has no UTF-8 form. It becomes U+FFFD instead of causing an exception.
    encodeURIComponent(characters.toWellFormed()).replace(/[!'()*]/g, escapeOf),
  );
}

const escapeOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
