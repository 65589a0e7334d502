// Which page does a client get in place of an error? Compiled from the keys `errors` of the route and of the site.
import type { ErrorsConfig } from "../../shared/site/errors-schema.ts";
import { type Asked, ownReply, type Reply } from "../message.ts";
import { asHtml } from "./page-look.ts";

export type ErrorPage =
  | { readonly kind: "text"; readonly type: string; readonly body: string; readonly name: string }
  | { readonly kind: "pool"; readonly pool: string; readonly path: string };

export interface ErrorPages {
  /** Undefined if the error stays as it is. */
  pageFor(status: number, isOfOrigin: boolean): ErrorPage | undefined;
}

/** Null if no error is replaced. */
export function compileErrorPages(
  ofSite: ErrorsConfig | undefined,
  ofRoute: ErrorsConfig | undefined,
): ErrorPages | null {
  const layers = [ofRoute, ofSite].flatMap((config) => (config ? [layerOf(config)] : []));
  if (layers.length === 0) return null;
  return {
    pageFor: (status, isOfOrigin) => {
      for (const { pages, isOfAll } of layers) {
        const page =
          isOfOrigin && !isOfAll
            ? undefined
            : (pages.get(String(status)) ?? pages.get(`${Math.floor(status / 100)}xx`));
        if (page) return page;
      }
      return undefined;
    },
  };
}

const layerOf = ({ pages, of }: ErrorsConfig) => ({
  isOfAll: of === "all",
  pages: new Map(Object.entries(pages).map(([which, page]) => [which, compilePage(page, which)] as const)),
});

/** Expects a page that has been checked: it is one of the two. */
function compilePage(
  { file, body = "", type, pool, path = "/" }: ErrorsConfig["pages"][string],
  which: string,
): ErrorPage {
  if (pool !== undefined) return { kind: "pool", pool, path };
  return { kind: "text", type: type ?? typeOf(file ?? ".html"), body, name: file ?? `that of ${which}` };
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  htm: "text/html; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  xml: "application/xml",
};

const typeOf = (file: string): string =>
  TYPES[file.slice(file.lastIndexOf(".") + 1).toLowerCase()] ?? "text/plain; charset=utf-8";

/** What is known of the error. */
export interface ErrorFacts {
  readonly status: number;
  readonly reason: string;
  readonly requestId: string;
}

/** `before` is what it stands in place of: what that says of the error itself stays. */
export function textPage(
  page: Extract<ErrorPage, { kind: "text" }>,
  facts: ErrorFacts,
  before: Reply,
): Reply {
  const fields = new Headers({ "content-type": page.type, "cache-control": "no-store" });
  keepOfTheError(before.headers, fields);
  return ownReply(before.status, fields, filled(page, facts));
}

/** Undefined if the pool has no such page. */
export function poolPage(page: Reply, before: Reply): Reply | undefined {
  if (page.status < 200 || page.status >= 300) return undefined;
  const { original: _ofAnotherStatus, ...rest } = page;
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of OF_THE_PAGE) copyField(name, page.headers, headers);
  keepOfTheError(before.headers, headers);
  return { ...rest, headers, status: before.status, statusText: "" };
}

/**
 * RFC 9110 §15.5: what a client needs to do better next time. Upgrade and Proxy-Authenticate of an origin are not among them: they ask
 * something of the edge (§7.8, §11.7.1) and have been removed.
 */
const OF_THE_ERROR = [
  "allow",
  "www-authenticate",
  "retry-after",
  "content-range",
  "accept",
  "accept-encoding",
  "accept-patch",
  "accept-post",
  "ratelimit",
  "ratelimit-policy",
];

function keepOfTheError(from: Headers, to: Headers): void {
  for (const name of OF_THE_ERROR) copyField(name, from, to);
  for (const cookie of from.getSetCookie()) to.append("set-cookie", cookie);
}

/**
 * How the page is read and what it may do. Everything else that its pool says is of another URL and of a success: how long caches keep it
 * (several fields outrank `no-store` there, RFC 9213 §2.2), where a browser goes next, what it forgets.
 */
const OF_THE_PAGE = [
  "content-type",
  "content-language",
  "content-encoding",
  "content-length",
  "content-security-policy",
  "content-security-policy-report-only",
  "x-content-type-options",
  "x-frame-options",
  "referrer-policy",
  "permissions-policy",
  "cross-origin-opener-policy",
  "cross-origin-embedder-policy",
  "cross-origin-resource-policy",
];

function copyField(name: string, from: Headers, to: Headers): void {
  const value = from.get(name);
  if (value !== null) to.set(name, value);
}

/** In HTML the facts cannot become markup, in anything else they cannot end a line or a text in quotes: they are plain words. */
function filled({ type, body }: Extract<ErrorPage, { kind: "text" }>, facts: ErrorFacts): string {
  if (!body.includes("${")) return body;
  const isHtml = /\b(?:html|xml|svg)/i.test(type);
  const values: Readonly<Record<string, string>> = {
    status: String(facts.status),
    reason: facts.reason,
    "request.id": facts.requestId,
  };
  return body.replace(/\$\{(status|reason|request\.id)\}/g, (_, name: string) => {
    const text = values[name] ?? "";
    return isHtml ? asHtml(text) : text.replace(/[^\w .-]/g, "");
  });
}

/** What the edge or an origin has answered, if it is an error that a page may stand in place of. */
export const isError = ({ status, webSocket }: Reply, { headers }: Asked): boolean =>
  status >= 400 && !webSocket && !headers.has("upgrade");
