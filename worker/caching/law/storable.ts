// May a shared cache store this response? RFC 9111 §3. The first objection that applies is the reason in Cache-Status.
import { hasUnreadable } from "../../../shared/unreadable.ts";
import { usualSpelling } from "../../routing/spellings.ts";
import { ROUTES_OWN_WORD } from "./age.ts";
import { fieldsNamedBy, gives, parseDirectives, tellsSeconds } from "./directives.ts";
import type { CacheRules } from "./rules.ts";
import { varyNames } from "./selectors.ts";
import { isHeuristicallyCacheable, isOfOneRequest, isUnderstood } from "./status-codes.ts";
import { type Addressed, directivesForUs } from "./targeted.ts";
import type { Terms } from "./terms.ts";
import { isValidated } from "./validators.ts";

export interface Exchange {
  readonly method: string;
  /** As sent to the origin. */
  readonly requestHeaders: Headers;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Computed on demand: a response that may not be stored in any case needs no terms. */
  terms(): Terms;
  readonly rules: CacheRules;
  /** Whether the response says that it is the representation of the requested URL. */
  readonly contentLocationIsTarget: boolean;
}

export type StorageObjection =
  | "method-not-cacheable"
  | "status-not-storable"
  | "status-not-understood"
  | "status-needs-lifetime"
  | "no-store"
  | "request-no-store"
  | "private"
  | "authorization"
  | "vary-star"
  | "vary-malformed"
  | "set-cookie"
  | "path-type-mismatch"
  | "too-large"
  | "status-ttl-zero"
  | "not-fresh-no-validator"
  | "selector-spelt-twice"
  | "field-unreadable";

type Objecting = (exchange: Exchange, addressed: Addressed) => boolean;

const OBJECTIONS: readonly (readonly [StorageObjection, Objecting])[] = [
  ["method-not-cacheable", methodNotCacheable],
  ["status-not-storable", statusNotStorable],
  ["status-not-understood", statusNotUnderstood],
  ["no-store", noStore],
  ["request-no-store", requestNoStore],
  ["private", isPrivate],
  ["authorization", authorizationWithoutLeave],
  ["vary-star", variesOnEverything],
  ["vary-malformed", variesOnNobodyKnowsWhat],
  ["set-cookie", setCookieRefused],
  ["path-type-mismatch", pathDeniesType],
  ["too-large", tooLarge],
  ["status-ttl-zero", statusTtlZero],
  ["not-fresh-no-validator", ofNoUse],
  ["status-needs-lifetime", statusNeedsLifetime],
  ["selector-spelt-twice", selectorSpeltTwice],
  ["field-unreadable", fieldUnreadable],
];

/** The first objection to storing; undefined if there is none. */
export function objectionToStoring(
  exchange: Exchange,
  addressed: Addressed = directivesForUs(exchange.headers),
): StorageObjection | undefined {
  return OBJECTIONS.find(([, holds]) => holds(exchange, addressed))?.[0];
}

/**
 * A POST response answers later GETs if it says that it is what a GET would return (RFC 9110 §9.3.3). Only a successful
 * response can say so (§8.7): an error that names the page is not the page.
 */
function methodNotCacheable(exchange: Exchange): boolean {
  const { method, status, contentLocationIsTarget, rules } = exchange;
  if (method === "GET" || method === "QUERY") return false;
  if (method !== "POST" || !rules.methods.has("POST")) return true;
  if (status !== 200 || !contentLocationIsTarget) return true;
  const { because, freshForMs } = exchange.terms();
  const explicit = because === "max-age" || because === "s-maxage" || because === "expires";
  return !explicit || freshForMs === 0;
}

/**
 * A 1xx or 304 response cannot be served later. A 412 or 416 answers one request only, and would block every other
 * client. A 511 is not the origin's (RFC 6585 §6). A 206 must say which part it is.
 */
function statusNotStorable(exchange: Exchange): boolean {
  const { status, headers, method, requestHeaders } = exchange;
  if (status < 200 || status === 304 || status === 412 || status === 416 || status === 511) return true;
  if (isCausedByClient(exchange)) return true;
  if (status !== 206) return false;
  return method !== "GET" || !headers.has("content-range") || !requestHeaders.has("range");
}

/**
 * CPDoS: an attacker sends a field that the origin refuses, and everybody gets the 431. A lifetime in the response does not help:
 * origins add one to whatever they answer. RFC 6585 forbids storing 428, 429 and 431 at all. A route may name such a
 * status. A 414 is about the URL, which is the key, and a 400 with a lifetime is the origin's own word (RFC 9111 §3).
 */
function isCausedByClient({ status, terms }: Exchange): boolean {
  if (!isOfOneRequest(status) || status === 400 || status === 414) return false;
  return terms().because !== "status-ttl";
}

function statusNotUnderstood({ status }: Exchange, { directives }: Addressed): boolean {
  return directives.has("must-understand") && !isUnderstood(status);
}

/** `must-understand` overrides `no-store` (RFC 9111 §5.2.2.3). A status code that is not understood is refused before. */
function noStore(_exchange: Exchange, { directives }: Addressed): boolean {
  return directives.has("no-store") && !gives(directives, "must-understand");
}

function requestNoStore({ requestHeaders }: Exchange): boolean {
  return parseDirectives(requestHeaders.get("cache-control")).has("no-store");
}

/** With field names (`private="set-cookie"`), the directive applies to those fields only, and they are not stored. */
function isPrivate(_exchange: Exchange, { directives }: Addressed): boolean {
  return fieldsNamedBy(directives, "private") === "all";
}

function authorizationWithoutLeave({ requestHeaders }: Exchange, addressed: Addressed): boolean {
  return requestHeaders.has("authorization") && !sharesDespiteAuthorization(addressed);
}

/** Whether the origin allows sharing although the request had credentials (§3.5). */
export const sharesDespiteAuthorization = ({ directives }: Pick<Addressed, "directives">): boolean =>
  gives(directives, "public") || gives(directives, "must-revalidate") || tellsSeconds(directives, "s-maxage");

function variesOnEverything({ headers }: Exchange): boolean {
  return varyNames(headers) === "*";
}

/** An invalid name (`Accept-Encoding User-Agent`, without the comma) does not tell what the response depends on. */
function variesOnNobodyKnowsWhat({ headers }: Exchange): boolean {
  return varyNames(headers) === "malformed";
}

/** One user's session must never reach another user. */
function setCookieRefused({ headers, rules }: Exchange, { directives }: Addressed): boolean {
  return (
    rules.setCookie === "refuse" &&
    headers.has("set-cookie") &&
    !fieldsNamedBy(directives, "private").includes("set-cookie")
  );
}

/**
 * Web cache deception: the origin answers `/account/x.css` with the account page. If the route sets the freshness lifetime,
 * the file extension in the path and the content type must agree.
 */
function pathDeniesType(exchange: Exchange): boolean {
  const { path, status, headers } = exchange;
  if (status >= 300 || !ROUTES_OWN_WORD.has(exchange.terms().because)) return false; // an error page is not an account page
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (!STATIC_EXTENSIONS.has(extension) || type === undefined || !PERSONAL_TYPE.test(type)) return false;
  return !(extension === "map" && type.endsWith("json")) && !(extension === "svg" && type.endsWith("xml"));
}

const STATIC_EXTENSIONS: ReadonlySet<string | undefined> = new Set(
  (
    "avif bmp css csv eot gif gz ico jpe jpeg jpg js map mjs mp3 mp4 ogg otf pdf png svg ttf wasm wav webm webp woff " +
    "woff2 zip"
  ).split(" "),
);
/** What applications answer with: pages, and data of an API. */
const PERSONAL_TYPE = /^(?:text\/html|(?:text|application)\/(?:.+\+)?(?:json|xml))$/;

function tooLarge({ headers, rules }: Exchange): boolean {
  return Number(headers.get("content-length")) > rules.maxObjectBytes;
}

function statusTtlZero(exchange: Exchange): boolean {
  const { because, freshForMs } = exchange.terms();
  return because === "status-ttl" && freshForMs === 0;
}

/**
 * An error or a temporary redirect needs an explicit lifetime. A validator or a stale window is not enough (RFC 9111 §3:
 * explicit freshness, or a status that is cacheable by default).
 */
function statusNeedsLifetime(exchange: Exchange): boolean {
  return !isHeuristicallyCacheable(exchange.status) && exchange.terms().freshForMs === 0;
}

/** The response would only take room: it is not fresh, may not be served stale, and cannot be validated. */
function ofNoUse(exchange: Exchange): boolean {
  const { headers, status } = exchange;
  const terms = exchange.terms();
  const usable = terms.freshForMs > 0 && !terms.alwaysRevalidate;
  const staleMs = terms.staleWhileRevalidateMs + terms.staleIfErrorMs;
  return !usable && staleMs === 0 && !(isValidated(status) && hasValidator(headers));
}

const hasValidator = (headers: Headers): boolean => headers.has("etag") || headers.has("last-modified");

/** CGI and similar interfaces read `x_user` as `X-User`. The origin may have used a field that does not select the response. */
function selectorSpeltTwice({ requestHeaders, headers, rules }: Exchange): boolean {
  const vary = varyNames(headers);
  let found = false;
  requestHeaders.forEach((_value, field) => {
    const name = usualSpelling(field);
    if (name !== field && vary.includes(name) && rules.vary.get(name) !== "ignore") found = true;
  });
  return found;
}

/** An unchanged field is forwarded byte for byte. From a store it would come back as other bytes. */
function fieldUnreadable({ headers, rules }: Exchange): boolean {
  return hasUnreadable(headers, rules.setCookie === "strip" ? "set-cookie" : undefined);
}
