// A WebDAV request names URLs besides its target: where to move or copy to (Destination), and what it depends on (If).
// Clients know the public URLs and the origin its own, so they are mapped like the target, by the route that matches
// them. The URL of the origin is filled in later, when the origin has been chosen. RFC 4918 §10.3, §10.4.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Admission } from "../admission/admission.ts";
import { eachPool } from "../balancing/each-pool.ts";
import type { Asked, NamedUrl } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { mergeSlashes, pathAndQuery } from "../routing/canonical-target.ts";
import { matchRoute } from "../routing/match-route.ts";
import { readRequest } from "../routing/read-request.ts";
import type { CompiledSite, ProxyAction } from "../site.ts";
import { rewritePath, rewriteQuery } from "./rewrite.ts";

/** The methods whose requests may have an If field or a Destination. Other methods are not examined. */
const WEBDAV = new Set([
  "COPY",
  "DELETE",
  "LOCK",
  "MKCOL",
  "MOVE",
  "PATCH",
  "PROPFIND",
  "PROPPATCH",
  "PUT",
  "UNLOCK",
]);

export interface Naming {
  readonly asked: Asked;
  readonly site: CompiledSite;
  readonly action: ProxyAction;
  /** Of the route that took the request. */
  readonly admission: Admission | null;
  readonly requestId: string;
}

/** Refuses a URL that the client itself could not write to: a guard by path also applies to a Destination. */
export function otherUrls(naming: Naming): Result<readonly NamedUrl[], Refusal> {
  const { asked } = naming;
  if (!WEBDAV.has(asked.method)) return NONE;
  const urls: NamedUrl[] = [];
  const conditions = asked.headers.get("if");
  if (conditions !== null && conditions.length <= LONGEST_IF) {
    urls.push({ field: "if", sent: conditions, pieces: piecesOfIf(conditions, naming) });
  }
  const destination = destinationIn(asked);
  if (destination !== undefined) {
    const url = readUrl(destination, asked);
    const target = url && targetFor(url, naming, "PUT");
    if (target === undefined) return err({ reason: "destination-refused" });
    if (isHere(url, asked)) urls.push({ field: "destination", sent: destination, pieces: ["", target] });
  }
  return ok(urls);
}

const NONE: Result<readonly NamedUrl[], Refusal> = ok([]);

/** The URL that a MOVE or COPY has written to, if it is on the public host: its stored response is then out of date. */
export function writtenBeside(asked: Asked): Asked | undefined {
  const destination = destinationIn(asked);
  const url = destination === undefined ? undefined : readUrl(destination, asked);
  return isHere(url, asked) ? url : undefined;
}

/** As the client wrote it. */
export function destinationIn({ method, headers }: Asked): string | undefined {
  if (method !== "MOVE" && method !== "COPY") return undefined;
  return headers.get("destination") ?? undefined;
}

/** Read as a request for this URL would be; undefined if that request would be refused. */
function readUrl(text: string, asked: Asked): Asked | undefined {
  if (text.includes("#")) return undefined;
  const isPath = text.startsWith("/") && !text.startsWith("//");
  const url = isPath ? `${asked.scheme}://${asked.authority}${text}` : text;
  const read = readRequest({ method: asked.method, url, headers: new Headers() }, asked.peer);
  if (!read.ok) return undefined;
  const { authority, path, query, loneMark, oddities } = read.value;
  return { ...asked, authority, path, query, loneMark, oddities };
}

const isHere = (url: Asked | undefined, asked: Asked): url is Asked => url?.authority === asked.authority;

/**
 * Path and query at the origin; undefined if the route of the URL leads to other origins or to none, or admits other requests, with
 * the method of the request or with `alsoAs`. A URL on another host is checked too, because some origins look only at the path.
 */
function targetFor(
  url: Asked,
  { site, action, admission, requestId }: Naming,
  alsoAs?: "PUT",
): string | undefined {
  const path = site.mergesSlashes ? mergeSlashes(url.path) : url.path;
  const routed = (method: string) => {
    const matched = matchRoute(site, { ...url, path, method });
    if (!matched.ok) return undefined;
    const { action: taken, admission: its } = matched.value.route;
    return taken.kind === "proxy" && poolsOf(taken) === poolsOf(action) && its?.key === admission?.key
      ? { rewrite: taken.rewrite, captures: matched.value.captures }
      : undefined;
  };
  const found = routed(url.method);
  if (!found || (alsoAs !== undefined && !routed(alsoAs))) return undefined;
  const { rewrite, captures } = found;
  return pathAndQuery({
    path: rewritePath(rewrite, path, captures),
    query: rewriteQuery(rewrite, { asked: { ...url, path }, captures, requestId, secrets: site.secrets }),
    loneMark: url.loneMark && !rewrite?.query,
  });
}

/** Those of a route, in its order: which of them answers does not depend on the URL. */
const poolsOf = (action: ProxyAction): string =>
  eachPool(action)
    .map(({ pool }) => pool.key)
    .join(" ");

/** Nothing is mapped in a longer field: no client sends one, and searching it takes time. */
const LONGEST_IF = 2_048;

/** A list of conditions, whose state tokens look like resource tags; or a resource tag. */
const LIST_OR_TAG = /\((?:\[(?:"[^"]*"|[^"\]])*\]|<[^<>]*>|[^()<[])*\)|<([^<>]*)>/g;

/** Stands for the URL of the origin: no field value can hold it. */
const ORIGIN = "\0";

/** The text, split where the URL of the origin belongs. */
function piecesOfIf(conditions: string, naming: Naming): string[] {
  if (conditions.replace(LIST_OR_TAG, "").trim() !== "") return [conditions]; // anything else: tags cannot be found reliably
  const mapped = conditions.replace(LIST_OR_TAG, (whole: string, tag: string | undefined) => {
    const url = tag === undefined ? undefined : readUrl(tag, naming.asked);
    const target = isHere(url, naming.asked) ? targetFor(url, naming) : undefined;
    return target === undefined ? whole : `<${ORIGIN}${target}>`;
  });
  return mapped.split(ORIGIN);
}
