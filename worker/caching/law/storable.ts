// May a shared cache keep this response? RFC 9111 §3. A list of objections: the first that holds is the reason
// that Cache-Status tells.
import { hasUnreadable } from "../../../shared/unreadable.ts";
import { ROUTES_OWN_WORD } from "./age.ts";
import { fieldsNamedBy, gives, parseDirectives, tellsSeconds } from "./directives.ts";
import type { CacheRules } from "./rules.ts";
import { varyNames } from "./selectors.ts";
import { isHeuristicallyCacheable, isUnderstood } from "./status-codes.ts";
import { type Addressed, directivesForUs } from "./targeted.ts";
import type { Terms } from "./terms.ts";
import { isValidated } from "./validators.ts";

export interface Exchange {
  readonly method: string;
  /** As the origin saw it. */
  readonly requestHeaders: Headers;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Worked out where something asks: what may not be stored in any case needs none. */
  terms(): Terms;
  readonly rules: CacheRules;
  /** Where the response itself says that it is the representation of the URL asked for. */
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

/** The first objection to storing, or undefined where there is none. */
export function objectionToStoring(
  exchange: Exchange,
  addressed: Addressed = directivesForUs(exchange.headers),
): StorageObjection | undefined {
  return OBJECTIONS.find(([, holds]) => holds(exchange, addressed))?.[0];
}

/**
 * A POST's response serves later GETs where it says that it is what they would get (RFC 9110 §9.3.3). Only that of one
 * which succeeded can say so (§8.7): an error that names the page is not the page.
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
 * Interim, switching and not-modified responses are none that could be served; a failed condition or range is an answer
 * to that one request, and would shut out everybody else; a part needs to say which it is.
 */
function statusNotStorable({ status, headers, method, requestHeaders }: Exchange): boolean {
  if (status < 200 || status === 304 || status === 412 || status === 416) return true;
  if (status !== 206) return false;
  return method !== "GET" || !headers.has("content-range") || !requestHeaders.has("range");
}

function statusNotUnderstood({ status }: Exchange, { directives }: Addressed): boolean {
  return directives.has("must-understand") && !isUnderstood(status);
}

/** `must-understand` lifts `no-store` for those who do understand (RFC 9111 §5.2.2.3). */
function noStore({ status }: Exchange, { directives }: Addressed): boolean {
  return directives.has("no-store") && !(gives(directives, "must-understand") && isUnderstood(status));
}

function requestNoStore({ requestHeaders }: Exchange): boolean {
  return parseDirectives(requestHeaders.get("cache-control")).has("no-store");
}

/** With field names (`private="set-cookie"`) it is about those fields alone: they are left out when stored. */
function isPrivate(_exchange: Exchange, { directives }: Addressed): boolean {
  return fieldsNamedBy(directives, "private") === "all";
}

function authorizationWithoutLeave({ requestHeaders }: Exchange, addressed: Addressed): boolean {
  return requestHeaders.has("authorization") && !sharesDespiteAuthorization(addressed);
}

/** Whether it has the origin's leave to be shared though the request had credentials (§3.5). */
export const sharesDespiteAuthorization = ({ directives }: Pick<Addressed, "directives">): boolean =>
  gives(directives, "public") || gives(directives, "must-revalidate") || tellsSeconds(directives, "s-maxage");

function variesOnEverything({ headers }: Exchange): boolean {
  return varyNames(headers) === "*";
}

/** A name that is none (`Accept-Encoding User-Agent`, without the comma) leaves open what the response depends on. */
function variesOnNobodyKnowsWhat({ headers }: Exchange): boolean {
  return varyNames(headers) === "malformed";
}

/** One person's session must never reach another. */
function setCookieRefused({ headers, rules }: Exchange, { directives }: Addressed): boolean {
  return (
    rules.setCookie === "refuse" &&
    headers.has("set-cookie") &&
    !fieldsNamedBy(directives, "private").includes("set-cookie")
  );
}

/**
 * Web cache deception: `/account/x.css` answered with the account page. Where the route's own word makes the
 * response fresh, what the path claims to be and what it is must agree.
 */
function pathDeniesType(exchange: Exchange): boolean {
  const { path, status, headers } = exchange;
  if (status >= 300 || !ROUTES_OWN_WORD.has(exchange.terms().because)) return false; // an error page is no one's account
  const extension = /\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase();
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  return (
    extension !== undefined &&
    STATIC_EXTENSIONS.has(extension) &&
    type !== undefined &&
    PERSONAL_TYPES.has(type)
  );
}

const STATIC_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    "avif bmp css csv eot gif gz ico jpe jpeg jpg js map mjs mp3 mp4 ogg otf pdf png svg ttf wasm wav webm webp woff " +
    "woff2 zip"
  ).split(" "),
);
const PERSONAL_TYPES: ReadonlySet<string> = new Set(["text/html", "application/xhtml+xml"]);

function tooLarge({ headers, rules }: Exchange): boolean {
  return Number(headers.get("content-length") ?? 0) > rules.maxObjectBytes;
}

function statusTtlZero(exchange: Exchange): boolean {
  const { because, freshForMs } = exchange.terms();
  return because === "status-ttl" && freshForMs === 0;
}

/**
 * An error or a temporary redirect is stored where somebody says for how long, and not for a validator or a stale window
 * alone (RFC 9111 §3: explicit freshness, or a status that is cacheable by default).
 */
function statusNeedsLifetime(exchange: Exchange): boolean {
  return !isHeuristicallyCacheable(exchange.status) && exchange.terms().freshForMs === 0;
}

/** Neither fresh, nor servable stale, nor to be revalidated: it would only take room. */
function ofNoUse(exchange: Exchange): boolean {
  const { headers, status } = exchange;
  const terms = exchange.terms();
  const usable = terms.freshForMs > 0 && !terms.alwaysRevalidate;
  const staleMs = terms.staleWhileRevalidateMs + terms.staleIfErrorMs;
  return !usable && staleMs === 0 && !(isValidated(status) && hasValidator(headers));
}

const hasValidator = (headers: Headers): boolean => headers.has("etag") || headers.has("last-modified");

/** `x_user` is `X-User` to CGI and its heirs: what the origin went by is not what the response is selected by. */
function selectorSpeltTwice({ requestHeaders, headers, rules }: Exchange): boolean {
  const vary = varyNames(headers);
  if (typeof vary === "string" || vary.length === 0) return false;
  let found = false;
  requestHeaders.forEach((_value, field) => {
    const name = field.includes("_") ? field.replaceAll("_", "-") : field;
    if (name !== field && vary.includes(name) && rules.vary.get(name) !== "ignore") found = true;
  });
  return found;
}

/** A field goes out byte for byte as long as nobody touches it; from a store it would come as other bytes. */
function fieldUnreadable({ headers, rules }: Exchange): boolean {
  return hasUnreadable(headers, rules.setCookie === "strip" ? "set-cookie" : undefined);
}
