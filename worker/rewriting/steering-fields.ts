// Fields by which a client tells an origin another address, path, method or user than the one that was matched and
// keyed by, or changes how a framework answers. They enable cache poisoning and let clients bypass routes. This is the
// one list of them, with sources. docs/proxying.md describes it.
import type { Asked } from "../message.ts";
import { isSafe } from "../routing/safe-methods.ts";

/** What of the first group is true is set anew in forwarded.ts. */
const NEVER_PASS = new Set([
  // Another client address, host or path, as some proxy or platform spells it for the origins behind it.
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-connecting-o2o",
  "cf-ipcountry",
  "cf-pseudo-ipv4",
  "cf-ray",
  "cf-visitor",
  "cf-worker",
  "client-ip",
  "fastly-client-ip",
  "fly-client-ip",
  "forwarded",
  "forwarded-for",
  "front-end-https",
  "true-client-ip",
  "x-azure-clientip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-envoy-original-host",
  "x-envoy-original-path",
  "x-forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-host",
  "x-http-host-override",
  "x-nf-client-connection-ip",
  "x-original-forwarded-for",
  "x-original-host",
  "x-original-method",
  "x-original-path",
  "x-original-uri",
  "x-original-url", // Symfony and Zend routed by it, as IIS does (CVE-2018-14773)
  "x-override-url",
  "x-proxyuser-ip",
  "x-real-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-rewrite-uri",
  "x-rewrite-url", // as x-original-url
  "x-url-scheme",
  "x-vercel-forwarded-for",

  // Gunicorn takes the path of the request and what comes before it from them (`forwarder_headers`; benoitc/gunicorn#2650),
  // and WSGI applications behind a prefix do from those with an X (Flask's ReverseProxied, Radicale, Calibre-Web).
  "path-info",
  "script-name",
  "x-scheme",
  "x-script-name",

  // CGI hands it over as HTTP_PROXY, which HTTP clients take for the proxy to use: "httpoxy", CVE-2016-5385 and its kin.
  "proxy",

  // Next.js takes it for "the access check has been made" (CVE-2025-29927); the id is what vouches for it since then.
  "x-middleware-subrequest",
  "x-middleware-subrequest-id",

  // Rack::Sendfile and Plack's XSendfile take from them which file of the disk is to be sent (CVE-2025-61780, CVE-2026-7381).
  "x-accel-mapping",
  "x-sendfile-type",
]);

/**
 * How a framework is to answer: without rendering, another route, an error, data in place of the page. Meant for its own
 * build, its middleware or the platform it runs on. Where a response is shared, one client must not choose it for all.
 */
const STEERS = new RegExp(
  `^(?:${[
    // Next.js: x-now-route-matches makes a page cacheable that is not (CVE-2024-46982), x-middleware-prefetch gives `{}` in
    // its place (CVE-2023-46298), x-nextjs-data takes the Location out of a redirect (CVE-2026-44572), x-invoke-status and
    // x-invoke-error give an error page; the others are for its own server (server/lib/server-ipc/utils.ts).
    "x-invoke-.*",
    "x-matched-path",
    "x-middleware-.*",
    "x-next-.*",
    "x-nextjs-.*",
    "x-now-.*",
    "x-prerender-revalidate.*",
    "next-resume",
    // React Router, once Remix: x-react-router-spa-mode gives an error or an empty page (CVE-2025-43864),
    // x-react-router-prerender-data other people's data (CVE-2025-43865).
    "x-react-router-.*",
    "x-remix-.*",
    // Astro: x-astro-path names another page (CVE-2026-33768), x-astro-locals what its middleware is to have found.
    "x-astro-.*",
    // Nuxt: x-nuxt-no-ssr gives a page without content (nuxt/nuxt#15667).
    "x-nuxt-.*",
    // "I can do ESI": who says so gets a page with its parts still to be put in (W3C Edge Architecture §3.1).
    "surrogate-capability",
  ].join("|")})$`,
);

/** A page of Next.js as data. Its own client asks for those with `x-nextjs-data: 1`, and for nothing else. */
const NEXT_DATA_PATH = "/_next/data/";

/** Whom a proxy has let in, on which port, under which prefix: true where a trusted one says so. */
const FROM_TRUSTED_PROXIES = "x-forwarded-";

/** A safe method that an origin takes for another: the answer would be kept for the safe one. */
const METHOD_OVERRIDES = new Set(["x-http-method", "x-http-method-override", "x-method-override"]);

/** By which request fields a route tells apart what it keeps, and by which it keeps nothing. */
export interface ToldApart {
  readonly keyHeaders: ReadonlySet<string>;
  readonly bypassHeaders: readonly string[];
}

/** `cache` is null where the route keeps nothing. */
export function isClaim(field: string, asked: Asked, cache: ToldApart | null): boolean {
  // To CGI and its heirs (WSGI, Rack, PHP) `X_Forwarded_For` is the same variable as `X-Forwarded-For`.
  const name = field.includes("_") ? field.replaceAll("_", "-") : field;
  if (NEVER_PASS.has(name) || name.startsWith("proxy-")) return true;
  if (METHOD_OVERRIDES.has(name)) return isSafe(asked.method);
  if (name.startsWith(FROM_TRUSTED_PROXIES)) return !asked.throughTrustedProxy || name !== field;
  if (cache !== null && STEERS.test(name)) return !mayYetSteer(field, asked, cache);
  return name !== field && isSpeltToHide(name, cache);
}

/** Where the response is told apart by the field, or goes past the cache because of it. */
function mayYetSteer(field: string, { path, headers }: Asked, cache: ToldApart): boolean {
  if (cache.keyHeaders.has(field) || cache.bypassHeaders.includes(field)) return true;
  return field === "x-nextjs-data" && path.includes(NEXT_DATA_PATH) && headers.get(field) === "1";
}

/**
 * A field that all know is never spelt with `_`, and one that the route keys by only by who wants to be seen as another:
 * to CGI both spellings are one variable, and to the cache they are two fields.
 */
function isSpeltToHide(name: string, cache: ToldApart | null): boolean {
  return WELL_KNOWN.test(name) || cache?.keyHeaders.has(name) === true;
}

const WELL_KNOWN =
  /^(?:(?:accept|access-control|cdn|content|if|sec)-.*|cache-control|http2-settings|idempotency-key|keep-alive|last-event-id|max-forwards|save-data|surrogate-control|transfer-encoding|upgrade-insecure-requests|user-agent|x-request-id|x-requested-with)$/;
