// Fields by which a client tells an origin another address, path, method or user than the one that was matched and
// keyed by, or changes how a framework answers. They enable cache poisoning and let clients bypass routes. This is the
// one list of them, with sources. docs/proxying.md describes it.
import type { Asked } from "../message.ts";
import { METHOD_OVERRIDES } from "../routing/method-overrides.ts";
import { isSafe } from "../routing/read-request.ts";
import { isUnusual, usualSpelling } from "../routing/spellings.ts";
import { MIRROR_FIELD } from "./forwarded.ts";

/** Those of the first group that carry true information are set anew in forwarded.ts. */
const NEVER_PASS = new Set([
  MIRROR_FIELD, // only the edge says that a request is a copy

  // Another client address, host or path, in the spelling of some proxy or platform.
  "ali-cdn-real-ip",
  "cdn-src-ip",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-connecting-o2o",
  "cf-ipcountry",
  "cf-pseudo-ipv4",
  "cf-ray",
  "cf-visitor",
  "cf-worker",
  "client-ip",
  "cloudfront-viewer-address",
  "cluster-client-ip",
  "fastly-client-ip",
  "fly-client-ip",
  "forwarded",
  "forwarded-for",
  "front-end-https",
  "http-client-ip", // Java libraries ask for it as HTTP_CLIENT_IP (hutool, getClientIP)
  "http-x-forwarded-for",
  "incap-client-ip",
  "true-client-ip",
  "wl-proxy-client-ip",
  "x-appengine-remote-addr",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-azure-socketip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-custom-ip-authorization",
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
  "x-original-url", // Symfony and Zend route by it, as IIS does (CVE-2018-14773)
  "x-originating-ip",
  "x-override-url",
  "x-proxyuser-ip",
  "x-real-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-rewrite-uri",
  "x-rewrite-url", // as x-original-url
  "x-sucuri-clientip",
  "x-true-client-ip",
  "x-url-scheme",
  "x-vercel-forwarded-for",

  // Gunicorn takes the path of the request and its prefix from them (`forwarder_headers`; benoitc/gunicorn#2650). WSGI
  // applications behind a prefix use those with an X (Flask's ReverseProxied, Radicale, Calibre-Web).
  "path-info",
  "script-name",
  "x-scheme",
  "x-script-name",

  // CGI passes it on as HTTP_PROXY, which HTTP clients take for the proxy to use: "httpoxy", CVE-2016-5385 and related
  // ones.
  "proxy",

  // Next.js reads it as "the access check has been made" (CVE-2025-29927). Since the fix, the id vouches for it.
  "x-middleware-subrequest",
  "x-middleware-subrequest-id",

  // Rack::Sendfile and Plack's XSendfile read from them which file on disk to send (CVE-2025-61780, CVE-2026-7381).
  "x-accel-mapping",
  "x-sendfile-type",
]);

/**
 * How a framework should answer: without rendering, with another route, with an error, or with data instead of the
 * page. These are meant for its own build, its middleware or its hosting platform. If a response is shared, one client
 * must not choose it for all.
 */
const STEERS = new RegExp(
  `^(?:${[
    // Next.js: x-now-route-matches makes a page cacheable that must not be (CVE-2024-46982), x-middleware-prefetch
    // yields `{}` instead of the page (CVE-2023-46298), x-nextjs-data removes the Location from a redirect
    // (CVE-2026-44572), x-invoke-status and x-invoke-error yield an error page. The others are for its own server
    // (server/lib/server-ipc/utils.ts).
    "x-invoke-.*",
    "x-matched-path",
    "x-middleware-.*",
    "x-next-.*",
    "x-nextjs-.*",
    "x-now-.*",
    "x-prerender-revalidate.*",
    "next-resume",
    // React Router, formerly Remix: x-react-router-spa-mode yields an error or an empty page (CVE-2025-43864),
    // x-react-router-prerender-data lets the client supply the data of the page (CVE-2025-43865).
    "x-react-router-.*",
    "x-remix-.*",
    // Astro: x-astro-path names another page (CVE-2026-33768), x-astro-locals sets values that its middleware would
    // provide.
    "x-astro-.*",
    // Nuxt: x-nuxt-no-ssr yields a page without content (nuxt/nuxt#15667).
    "x-nuxt-.*",
    // Announces support for ESI: such a client gets a page whose fragments are not yet included (W3C Edge Architecture
    // §3.1).
    "surrogate-capability",
  ].join("|")})$`,
);

/**
 * The data of a Next.js page. Its own client requests these with `x-nextjs-data: 1`, and sends that field for nothing
 * else.
 */
const NEXT_DATA_PATH = "/_next/data/";

/** The user that a proxy authenticated, the port, the path prefix: true only if a trusted proxy says so. */
const FROM_TRUSTED_PROXIES = "x-forwarded-";

/** The request fields by which a route distinguishes stored responses, and those for which it stores nothing. */
export interface ToldApart {
  readonly keyHeaders: ReadonlySet<string>;
  readonly bypassHeaders: readonly string[];
}

/** `cache` is null if the route stores nothing. */
export function isClaim(field: string, asked: Asked, cache: ToldApart | null): boolean {
  // To CGI and the interfaces derived from it (WSGI, Rack, PHP), `X_Forwarded_For` and `X-Forwarded-For` are the same
  // variable.
  const name = isUnusual(field) ? usualSpelling(field) : field;
  if (NEVER_PASS.has(name) || name.startsWith("proxy-")) return true;
  // The client sends a safe method and the origin reads another: the response would be stored for the safe one.
  if (METHOD_OVERRIDES.has(name)) return isSafe(asked.method);
  if (name.startsWith(FROM_TRUSTED_PROXIES)) return !asked.throughTrustedProxy || name !== field;
  if (cache !== null && STEERS.test(name)) return !mayYetSteer(field, asked, cache);
  return name !== field && isSpeltToHide(name, cache);
}

/** True if the cache key contains the field, or if the field makes the request bypass the cache. */
function mayYetSteer(field: string, { path, headers }: Asked, cache: ToldApart): boolean {
  if (cache.keyHeaders.has(field) || cache.bypassHeaders.includes(field)) return true;
  return field === "x-nextjs-data" && path.includes(NEXT_DATA_PATH) && headers.get(field) === "1";
}

/**
 * A well-known field is never spelled with `_` in good faith, nor is one that the route keys by. To CGI both spellings
 * are one variable, but to the cache they are two fields.
 */
function isSpeltToHide(name: string, cache: ToldApart | null): boolean {
  return WELL_KNOWN.test(name) || cache?.keyHeaders.has(name) === true;
}

const WELL_KNOWN =
  /^(?:(?:accept|access-control|cdn|content|if|sec)-.*|cache-control|http2-settings|idempotency-key|keep-alive|last-event-id|max-forwards|save-data|surrogate-control|transfer-encoding|upgrade-insecure-requests|user-agent|x-request-id|x-requested-with)$/;
