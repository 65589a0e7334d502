// Reads the request line and Host into one canonical form, and tells what kind of request it is. Hostile input is refused here,
// before a site is looked up.
import { err, ok, type Result } from "../../shared/result.ts";
import { isUnreadable } from "../../shared/unreadable.ts";
import type { Asked, Peer } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { type CanonicalPath, canonicalPath, canonicalQuery } from "./canonical-target.ts";
import { readAuthority } from "./hosts.ts";

/** Like nginx's default for one header line. Cloudflare itself stops at 16 KB. */
export const MAX_URL_LENGTH = 8_192;

export interface RequestLine {
  readonly method: string;
  /** Absolute, as the platform provides it: the authority is the Host field. */
  readonly url: string;
  readonly headers: Headers;
  /** Only whether there is one counts. */
  readonly body?: unknown;
}

/** A request that is refused as it stands. */
export interface Unread {
  readonly refusal: Refusal;
  /** As far as it can be read: path and query are empty. Absent if it names no host. */
  readonly asked?: Asked;
}

export function readRequest(line: RequestLine, peer: Peer): Result<Asked, Unread> {
  const { method, url, headers } = line;
  const target = splitUrl(url);
  // The platform puts Host before the path unchanged, so `Host: a.test/admin` would otherwise become part of the path.
  const host = headers.get("host") ?? target.authority;
  const authority = readAuthority(target.authority, target.scheme);
  const agrees = host === target.authority || readAuthority(host, target.scheme) !== undefined;
  const objection = objectionToLine(line);
  if (!authority || !agrees) {
    return err({ refusal: objection ?? objectionToTarget(method, host, target.scheme) });
  }
  const askedFor = ({ path, oddities }: CanonicalPath, query: string, loneMark: boolean): Asked => ({
    method,
    scheme: target.scheme,
    host: authority.host,
    authority: authority.text,
    path,
    query,
    loneMark,
    headers,
    oddities,
    peer,
    client: peer,
    hops: null,
    throughTrustedProxy: false,
    requestId: undefined,
  });
  const unread = (refusal: Refusal) => err({ refusal, asked: askedFor(NO_PATH, "", false) });
  if (objection) return unread(objection);
  const path = canonicalPath(target.path);
  if (!path.ok) return unread(path.error);
  const query = target.query ?? "";
  if (isUnreadable(query)) return unread({ reason: "unreadable-target" });
  const asked = askedFor(path.value, canonicalQuery(query), target.query === "");
  return ok(hasUntoldBody(line) ? { ...asked, hasUntoldBody: true } : asked);
}

const NO_PATH: CanonicalPath = { path: "", oddities: [] };

/** The request, also if it is refused as it stands; undefined if it names no host. */
export const askedIn = (read: Result<Asked, Unread>): Asked | undefined =>
  read.ok ? read.value : read.error.asked;

/** Whether it was refused as it stands: then nobody knows what it asks for. */
export const isUnread = (asked: Asked | undefined): boolean => asked?.path === "";

function objectionToLine({ method, url }: RequestLine): Refusal | undefined {
  if (url.length > MAX_URL_LENGTH) return { reason: "uri-too-long", maxLength: MAX_URL_LENGTH };
  // TRACE would show the credentials of one hop to a script in a browser. CONNECT asks for another kind of proxy.
  return method === "CONNECT" || method === "TRACE" ? { reason: "method-refused", method } : undefined;
}

/** The methods come first: reading the body of a Request costs something. */
const hasUntoldBody = (line: RequestLine): boolean =>
  line.method !== "GET" &&
  line.method !== "HEAD" &&
  !line.headers.has("content-length") &&
  !line.headers.has("transfer-encoding") &&
  Boolean(line.body);

/** Not `new URL`, which resolves dot segments in its own way before we can see them. */
function splitUrl(url: string) {
  const [, scheme, authority = "", path, query] =
    /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/s.exec(url) ?? [];
  return {
    scheme: scheme === "https" ? "https" : "http",
    authority,
    path: path || "/",
    /** Undefined without a question mark. */
    query,
  } as const;
}

/** `OPTIONS *` arrives as `http://a.test*`. It asks about no resource, so no route can answer it. */
const objectionToTarget = (method: string, host: string, scheme: "http" | "https"): Refusal =>
  method === "OPTIONS" && readAuthority(host, scheme)
    ? { reason: "bad-target" }
    : { reason: "bad-host", host };

const SAFE: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "QUERY",
  "PROPFIND",
  "SEARCH",
  "REPORT",
]);

/**
 * Methods that change nothing (RFC 9110 §9.2.1). Any other method invalidates what is stored for its URL (RFC 9111 §4.4).
 */
export const isSafe = (method: string): boolean => SAFE.has(method);

/** Does the client ask for a WebSocket? RFC 6455 §4.1. */
export function isWebSocketUpgrade(asked: Asked): boolean {
  if (asked.method !== "GET") return false;
  const protocols = asked.headers.get("upgrade")?.split(",") ?? [];
  return protocols.some((protocol) => protocol.trim().toLowerCase() === "websocket");
}
