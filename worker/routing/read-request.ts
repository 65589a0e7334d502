// What does the client ask for? Reads the request line and Host once, into one canonical form. Hostile input
// is refused here, before any site is looked up.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Asked, Peer } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { canonicalPath } from "./canonical-path.ts";

/** As nginx's default for one header line; Cloudflare itself stops at 16 KB. */
export const MAX_URL_LENGTH = 8_192;

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/;
const DEFAULT_PORT = { http: "80", https: "443" } as const;

export interface RequestLine {
  readonly method: string;
  /** Absolute, as the platform gives it: the authority is the Host field. */
  readonly url: string;
  readonly headers: Headers;
}

export function readRequest(line: RequestLine, peer: Peer): Result<Asked, Refusal> {
  if (line.url.length > MAX_URL_LENGTH) return err({ reason: "uri-too-long", maxLength: MAX_URL_LENGTH });
  if (line.method === "CONNECT" || line.method === "TRACE") {
    // TRACE would show one hop's credentials to a script in a browser; CONNECT asks for another kind of proxy.
    return err({ reason: "method-refused", method: line.method });
  }

  // By hand and not by `new URL`, which resolves dot segments in its own way before we can look at them.
  const schemeEnd = line.url.indexOf("://");
  const scheme = line.url.startsWith("https:") ? "https" : "http";
  const pathStart = indexOfOr(line.url, "/", schemeEnd + 3, line.url.length);
  const queryStart = indexOfOr(line.url, "?", schemeEnd + 3, line.url.length);
  const fragmentStart = indexOfOr(line.url, "#", schemeEnd + 3, line.url.length);
  const authorityEnd = Math.min(pathStart, queryStart, fragmentStart);

  const authority = readAuthority(line.url.slice(schemeEnd + 3, authorityEnd).toLowerCase(), scheme);
  if (!authority) return err({ reason: "bad-host", host: line.url.slice(schemeEnd + 3, authorityEnd) });

  const rawPath = line.url.slice(authorityEnd, Math.min(queryStart, fragmentStart));
  const path = canonicalPath(rawPath === "" ? "/" : rawPath);
  if (!path.ok) return path;

  return ok({
    method: line.method,
    scheme,
    host: authority.host,
    authority: authority.port === "" ? authority.host : `${authority.host}:${authority.port}`,
    path: path.value.path,
    query: queryStart < fragmentStart ? line.url.slice(queryStart + 1, fragmentStart) : "",
    headers: line.headers,
    oddities: path.value.oddities,
    peer,
    client: peer,
  });
}

function readAuthority(authority: string, scheme: "http" | "https") {
  const portAt = /:(\d*)$/.exec(authority);
  const name = portAt ? authority.slice(0, portAt.index) : authority;
  const host = name.endsWith(".") ? name.slice(0, -1) : name;
  if (!HOST.test(host)) return undefined;
  const port = portAt?.[1] ?? "";
  return { host, port: port === DEFAULT_PORT[scheme] ? "" : port };
}

function indexOfOr(text: string, sought: string, from: number, otherwise: number): number {
  const at = text.indexOf(sought, from);
  return at === -1 ? otherwise : at;
}
