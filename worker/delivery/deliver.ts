// Makes the response that the client receives. The order is: the site's edits and security headers, then the route's,
// and last the fields of the edge itself, so that no edit can hide them.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { formatHttpDate } from "../caching/law/http-date.ts";
import type { Reply } from "../message.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import { EDGE_NAME } from "../rewriting/forwarded.ts";
import { editHeaders } from "../rewriting/header-edits.ts";
import { bindClient, bindingOf } from "./bind-client.ts";
import { hardenCookies } from "./cookie-rules.ts";
import { dressForOrigins } from "./cors-fields.ts";
import { makePrivate } from "./make-private.ts";
import { planTransforms } from "./plan-transforms.ts";
import { compileDressing, type Dressing, dress, HSTS } from "./security-headers.ts";
import { cacheStatus, proxyStatus, serverTiming } from "./status-fields.ts";

/** Used when no site is known, since there is no preference to follow. */
const DEFAULT_DRESSING = compileDressing("basic", undefined);

export function deliver(outcome: Outcome, visit: Visit, now: number): Reply {
  const { reply, asked, site, matched, refusal, cache, sending, findings } = outcome;
  const headers = reply.headers;
  // RFC 9110 §6.6.1, for forwarded responses as well as our own. Stored responses have a Date already
  // (caching/to-entry.ts).
  if (cache?.kind !== "hit" && !headers.has("date")) headers.set("date", formatHttpDate(now));
  const dressing = matched?.route.dressing ?? site?.dressing ?? DEFAULT_DRESSING;
  if (asked && site) {
    const { secrets } = site;
    const known = { asked, captures: matched?.captures ?? {}, requestId: requestIdOf(visit, asked), secrets };
    editHeaders(headers, site.responseEdits, known);
    if (reply.dressed !== dressing) dress(headers, dressing.ofSite);
    if (matched) editHeaders(headers, matched.route.responseEdits, known);
  } else dress(headers, dressing.ofSite);
  dress(headers, dressing.ofRoute);
  if (asked?.scheme !== "https" && mayTellHsts(outcome, dressing)) headers.delete(HSTS);

  const cors = (matched ? matched.route : site)?.cors;
  if (cors && asked) dressForOrigins(headers, cors, asked);
  for (const [name, value] of reply.fixed ?? []) headers.set(name, value);

  if (dressing.cookies && asked) hardenCookies(headers, dressing.cookies, asked.scheme);
  const binds = bindingOf(outcome);
  if (binds !== undefined) bindClient(headers, binds);
  const forClient = findings?.replyFields ?? [];
  for (const [name, value] of forClient) headers.append(name, value);
  const isOfClient = forClient.some(([name]) => name === "set-cookie");
  if (isOfClient || (matched ? matched.route : site)?.admission?.isPrivate)
    makePrivate(headers, isAsStored(outcome, dressing) ? reply.overriding : undefined);
  if (isForwarded(outcome)) headers.append("via", `1.1 ${EDGE_NAME}`);
  if (cache) headers.append("cache-status", cacheStatus(cache));
  const telling = site?.edgeFields;
  const status = proxyStatus(refusal, sending, telling ?? "off"); // a stranger to every site is told nothing
  if (status !== undefined) headers.append("proxy-status", status);
  headers.set("x-request-id", requestIdOf(visit, asked));
  if (telling === "off") for (const name of OF_THE_EDGE) headers.delete(name);
  else if (site?.tellsServerTiming)
    headers.append("server-timing", serverTiming(outcome, now - visit.startedAt, site.edgeFields));
  if (matched?.route.edits || dressing.nonces !== null || matched?.route.compression)
    planTransforms(outcome, dressing, visit);
  return reply;
}

/** Whether nothing but the edge's own presets has been put into the fields of a stored response. */
const isAsStored = ({ reply, site, matched }: Outcome, dressing: Dressing): boolean =>
  reply.dressed === dressing &&
  dressing.ofRoute.length === 0 &&
  !site?.responseEdits &&
  !matched?.route.responseEdits;

/** What tells of the edge and of what is behind it. */
const OF_THE_EDGE = ["via", "cache-status", "proxy-status", "x-request-id"];

/**
 * Must not be sent over plain http (RFC 6797 §7.2). That of an origin has been removed by now
 * (rewriting/from-origin.ts).
 */
const mayTellHsts = ({ site, matched, refusal }: Outcome, dressing: Dressing): boolean =>
  dressing.tellsHsts ||
  refusal !== undefined || // a page of the site may stand in its place
  matched?.route.action.kind === "respond" ||
  site?.responseEdits?.names.has(HSTS) === true ||
  matched?.route.responseEdits?.names.has(HSTS) === true;

/**
 * A response from an origin, received now or earlier, for this request or another; or a refusal after an origin was
 * asked.
 */
const isForwarded = ({ cache, refusal, sending }: Outcome): boolean =>
  sending !== undefined || (cache !== undefined && refusal === undefined);

/**
 * A reply to HEAD without its body, for a framework that drops the body before the platform can tell its length (RFC 9110
 * §9.3.2: the fields are those of GET).
 */
export function headReply(reply: Reply): Reply {
  const { body, headers, bodyLength, transforms } = reply;
  if (body === null) return reply;
  const length = transforms ? undefined : body instanceof ReadableStream ? bodyLength : lengthOf(body);
  if (body instanceof ReadableStream) void cancelQuietly(body);
  if (length !== undefined && !headers.has("content-length")) headers.set("content-length", String(length));
  const { bodyLength: _length, transforms: _transforms, ...rest } = reply;
  return { ...rest, body: null };
}

const lengthOf = (body: string | Uint8Array): number =>
  typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
