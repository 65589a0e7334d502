// The sites with which Headgate is measured. Pure. Logging is off where the peers do not log, but for `AS_RUN`.
import type { SiteFile } from "../shared/site/schema.ts";

/** Site texts by host pattern, in the form that the stores hold. */
export type SiteTexts = Readonly<Record<string, string>>;

/** The host of every request. */
export const HOST = "bench.test";

export const hostOf = (site: number): string => (site === 0 ? HOST : `site-${site}.bench.test`);

/** Changes to the same site that a claim measures. */
export type Changes = Partial<Omit<SiteFile, "hosts" | "pools">>;

export function plainSite(originUrl: string, changes: Changes = {}, host = HOST): SiteFile {
  return {
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: originUrl }] } },
    routes: [{ id: "rest", to: "web" }],
    log: { sample: 0 },
    ...changes,
  };
}

export function oneSite(originUrl: string, changes: Changes = {}): SiteTexts {
  return { [HOST]: JSON.stringify(plainSite(originUrl, changes)) };
}

/** What people run: strict security headers, and each request logged. */
export const AS_RUN: Changes = { security: "strict", log: { sample: 1 } };

/** As many as nobody sends here, counted by each isolate. */
const OUT_OF_REACH = { rate: 1_000_000, per: "1s" } as const;

export const limitedBy = (limit: { readonly fields?: "always" }): Changes => ({
  routes: [{ id: "rest", to: "web", limit: { ...OUT_OF_REACH, ...limit } }],
});

export const LIMIT_ELSEWHERE: Changes = {
  routes: [
    { id: "other", match: { path: "/other/*" }, to: "web", limit: OUT_OF_REACH },
    { id: "rest", to: "web" },
  ],
};

/** Routes of three kinds. The one that matches the measured request comes last. */
export function manyRoutes(count: number): SiteFile["routes"] {
  const kinds = [
    (n: number) => `/area-${n}/page`,
    (n: number) => `/area-${n}/users/:id`,
    (n: number) => `/area-${n}/files/*`,
  ];
  const routes: SiteFile["routes"] = Array.from({ length: count - 1 }, (_, n) => ({
    id: `r${n}`,
    match: { path: kinds[n % kinds.length]?.(n) ?? "/" },
    to: "web",
  }));
  return [...routes, { id: "rest", to: "web" }];
}

export function manySites(originUrl: string, count: number): SiteTexts {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [hostOf(n), JSON.stringify(plainSite(originUrl, {}, hostOf(n)))]),
  );
}

/** The fields that the conditions and the key below read. They are sent to the plain site too. */
export const FEATURE_HEADERS: Readonly<Record<string, string>> = {
  accept: "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
  "accept-encoding": "gzip, br",
  "accept-language": "de-CH, de;q=0.9, en;q=0.7",
  cookie: "theme=dark; session=0123456789abcdef; consent=yes",
  "user-agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
  "x-forwarded-for": "198.51.100.7",
};
export const FEATURE_QUERY = "?v=7&page=2&utm_source=mail&utm_campaign=autumn";

/** One route that uses everything a route can use before an answer. */
export const EVERY_FEATURE: Changes = {
  trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"],
  serverTiming: true,
  security: { preset: "strict", headers: { "x-frame-options": "SAMEORIGIN", "referrer-policy": "off" } },
  headers: {
    request: { set: { "x-site": "bench" } },
    response: { set: { "x-edge": "headgate" }, remove: ["x-debug"] },
  },
  routes: [
    { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
    {
      id: "every",
      match: {
        path: "/:area/*",
        host: "*.test",
        scheme: "http",
        method: ["GET", "POST"],
        header: { accept: "*json*", "x-forbidden": false },
        query: { v: true },
        cookie: { session: "*" },
        ip: ["198.51.100.0/24"],
        not: { country: "XX" },
        any: [{ query: { page: "2" } }, { query: { page: "3" } }],
        all: [{ header: { "user-agent": true } }, { cookie: { consent: "yes" } }],
      },
      rewrite: {
        path: "/:area/*",
        query: { remove: ["utm_*"], set: { from: "edge" } },
      },
      headers: {
        request: { set: { "x-route": "every" }, remove: ["x-debug"] },
        response: { add: { "x-route": "every" } },
      },
      cache: {
        ttl: "1h",
        staleWhileRevalidate: "1d",
        staleIfError: "7d",
        browserTtl: "1m",
        statusTtl: { "404": "10s", "5xx": "0s" },
        key: {
          query: { except: ["utm_*"], sorted: true },
          header: ["x-tenant"],
          cookie: ["theme"],
          cookiePresence: ["session"],
          country: true,
          device: true,
        },
        bypass: { headers: ["x-preview"], cookies: ["preview_*"] },
        vary: { "accept-language": ["de", "en", "fr"] },
        setCookie: "strip",
      },
      security: { headers: { "permissions-policy": "camera=()" } },
      retryNonIdempotent: true,
      to: "web",
    },
    { id: "rest", to: "web" },
  ],
};
