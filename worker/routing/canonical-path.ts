// One spelling for each path: matching, the cache key and the origin all see this one, so that no spelling
// slips past a route (`/%61dmin`, `/x/../admin`) or makes a second cache entry. RFC 3986 §6.2.2.
import { err, ok, type Result } from "../../shared/result.ts";
import type { PathOddity } from "../../shared/site/schema.ts";
import type { Refusal } from "../refusal.ts";

export interface CanonicalPath {
  readonly path: string;
  readonly oddities: readonly PathOddity[];
}

// Most paths need nothing done: only these characters, no dot segment.
const PLAIN = /^\/(?:[A-Za-z0-9_~!$&'()*+,;=:@-]|\.(?!\.|\/|$)|\/(?!\.))*$/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const UNRESERVED = /[A-Za-z0-9._~-]/;
const NONE: readonly PathOddity[] = [];

/** Unreserved characters decoded, other escapes in upper case, dot segments resolved. */
export function canonicalPath(raw: string): Result<CanonicalPath, Refusal> {
  if (PLAIN.test(raw)) return ok({ path: raw, oddities: NONE });
  const bad = BAD_ESCAPE.exec(raw);
  if (bad) return err({ reason: "bad-path-encoding", at: raw.slice(bad.index, bad.index + 3) });
  const decoded = raw.replace(/%[0-9A-Fa-f]{2}/g, canonicalEscape);
  return ok({ path: resolveDots(decoded), oddities: odditiesOf(decoded) });
}

/** `//` as `/`: origins that merge slashes would otherwise see a path that no route was asked about. */
export function mergeSlashes(path: string): string {
  return path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
}

function canonicalEscape(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return UNRESERVED.test(character) ? character : encoded.toUpperCase();
}

function odditiesOf(path: string): PathOddity[] {
  const found: PathOddity[] = [];
  if (/%2F/.test(path)) found.push("encoded-slash");
  if (/\\|%5C/.test(path)) found.push("backslash");
  if (/[\0-\x1f\x7f]|%[01][0-9A-F]|%7F/.test(path)) found.push("control");
  return found;
}

/** RFC 3986 §5.2.4; what would climb above the root stays at the root. */
function resolveDots(path: string): string {
  if (!/\/\.{1,2}(?:\/|$)/.test(path)) return path;
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
  return kept.join("/") || "/";
}
