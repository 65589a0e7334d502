// Web cache deception: a victim is led to a URL that looks like a file to the cache and is a page of his own to the origin. The
// attacker then asks for the same URL, and must get nothing of the victim's.
import { type Answerer, type Family, get, type Try } from "../try.ts";

const GIL = "Gil 2017, Web Cache Deception";
const KETTLE_2024 = "Kettle & Doyhenard 2024, Gotta cache 'em all";
const MIRHEIDARI = "Mirheidari 2020, Cached and Confused";
const SECRET = "Cookie: session=victim-secret\r\n";

/** A careless application: whatever begins with /account or /api is the page of whom the cookie names. */
const personal =
  (type: string, fields = ""): Answerer =>
  (request, socket) => {
    const who = /session=([\w-]+)/.exec(request)?.[1] ?? "nobody";
    const body = `for ${who}`;
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`,
      "latin1",
    );
  };

const stolen = (
  target: string,
  source: string,
  received = target,
  answers = personal("text/html; charset=utf-8"),
): Try => ({
  name: `${target} gives nobody else's page`,
  source,
  sends: get(target, SECRET),
  gets: [200],
  sees: /for victim-secret/,
  next: [{ sends: get(target), gets: [200], sees: /for nobody/, seesNot: /victim/ }],
  origin: [`GET ${received}`, `GET ${received}`],
  answers,
});

/** Refused before it is looked up. */
const refused = (target: string, source: string): Try => ({
  name: `${target} is neither asked for nor stored`,
  source,
  sends: get(target, SECRET),
  gets: [400],
  next: [{ sends: get(target), gets: [400] }],
  origin: [],
});

/** It is led where the origin reads it too: no victim's page comes under the name of a file. */
const isFile = (target: string, source: string, received: string): Try => ({
  name: `${target} is ${received} to both`,
  source,
  sends: get(target, SECRET),
  gets: [200],
  next: [{ sends: get(target), gets: [200] }],
  origin: [`GET ${received}`],
  answers: (request, socket) => {
    const isAccount = /^GET \/account/.test(request);
    personal(isAccount ? "text/html" : "text/css")(isAccount ? request : "", socket);
  },
});

const typed = (type: string, target: string): Try => ({
  ...stolen(target, GIL, target, personal(type)),
  name: `${target} as ${type} gives nobody else's answer`,
});

const said = (name: string, fields: string, target = "/account/x.css"): Try => ({
  ...stolen(target, "RFC 9111 §3", target, personal("text/css", fields)),
  name: `a page that ${name} is for nobody else, whatever the route says`,
});

const DELIMITERS: readonly (readonly [delimiter: string, reads: string])[] = [
  [";", "Spring"],
  [".", "Rails"],
  ["!", "403 bypass lists"],
  ["~", "home directories"],
  ["$", "OpenLiteSpeed"],
  ["@", "rewrites"],
  ["&", "old CGI"],
  [",", "Vignette"],
  [":", "matrix parameters"],
  ["%3B", "Spring, decoded"],
  ["%3F", "decoded question mark"],
  ["%23", "decoded fragment"],
  ["%20", "trailing blanks"],
  ["%26", "decoded ampersand"],
  ["%21", "Mirheidari 2022"],
  ["%24", "Mirheidari 2022"],
  ["%40", "Mirheidari 2022"],
  ["%7C", "Mirheidari 2022"],
];

export const deception: Family = {
  title: "deception",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      { id: "static", match: { path: ["/static/*", "/assets/*"] }, cache: { ttl: "1h" }, to: "web" },
      {
        id: "files",
        match: { path: "/*{.+\\.(?:css|js|png|svg|woff2|ico|map|pdf|zip)}" },
        cache: { ttl: "1h" },
        to: "web",
      },
      {
        id: "named",
        match: { path: ["/robots.txt", "/favicon.ico", "/index.html"] },
        cache: { ttl: "1h" },
        to: "web",
      },
      { id: "rest", to: "web" },
    ],
  }),
  tries: [
    stolen("/account/x.css", GIL),
    stolen("/account/nonexistent.js", GIL),
    stolen("/account/x.PNG", GIL),
    stolen("/account.css", GIL),
    stolen("/account/x.svg?a=b", GIL),
    stolen("/account/%61.css", MIRHEIDARI, "/account/a.css"),
    stolen("/account%0D.css".replace("%0D", "%2E"), MIRHEIDARI, "/account..css"),
    ...DELIMITERS.map(([delimiter, reads]) =>
      stolen(`/account${delimiter}x.css`, `${KETTLE_2024}: ${reads}`),
    ),
    ...["%00", "%0A", "%0D", "%09", "%7F", "%2F", "%5C"].map((delimiter) =>
      refused(`/account${delimiter}x.css`, KETTLE_2024),
    ),
    refused("/static/..%2faccount", `${KETTLE_2024}: normalisation by the origin`),
    refused("/static/..%5caccount", `${KETTLE_2024}: normalisation by the origin`),
    refused("/account/..%2fstatic/x", `${KETTLE_2024}: normalisation by the cache`),
    refused("/account%2f%2e%2e%2fstatic/x", `${KETTLE_2024}: normalisation by the cache`),
    refused("/account%2f..%2frobots.txt", `${KETTLE_2024}: file names`),
    refused("/static/..;/account", "Orange Tsai 2018, Breaking Parser Logic"),
    isFile("/account/../static/x", `${KETTLE_2024}: normalisation by the cache`, "/static/x"),
    isFile("/account/%2e%2e/static/y", `${KETTLE_2024}: normalisation by the cache`, "/static/y"),
    isFile("/account%23/../static/z", `${KETTLE_2024}: a delimiter and dots`, "/static/z"),
    isFile("/account%3f/../static/q", `${KETTLE_2024}: a delimiter and dots`, "/static/q"),
    isFile("/account;/../static/w", `${KETTLE_2024}: a delimiter and dots`, "/static/w"),
    isFile("/account/../robots.txt", `${KETTLE_2024}: file names`, "/robots.txt"),
    isFile("/static//x", MIRHEIDARI, "/static/x"),
    stolen("/static/../account", `${KETTLE_2024}: normalisation by the origin`, "/account"),
    stolen("/static/%2e%2e/account", `${KETTLE_2024}: normalisation by the origin`, "/account"),
    stolen("/account?x.css", MIRHEIDARI),
    stolen("/account?/static/x.css", MIRHEIDARI),
    stolen("/account/", MIRHEIDARI),
    typed("application/xhtml+xml", "/account/x.css"),
    typed("TEXT/HTML", "/account/x.css"),
    typed("text/html ; charset=x", "/account/x.js"),
    typed("application/json", "/api/me/x.css"),
    typed("application/json; charset=utf-8", "/api/me;x.png"),
    typed("application/problem+json", "/api/me/x.css"),
    typed("application/vnd.api+json", "/api/me/x.woff2"),
    typed("application/xml", "/api/me/x.css"),
    typed("text/xml", "/api/me/x.js"),
    typed("application/graphql-response+json", "/api/me/x.ico"),
    said("says private", "Cache-Control: private\r\n"),
    said("says no-store", "Cache-Control: no-store\r\n"),
    said("says private in quotes", 'Cache-Control: private=""\r\n'),
    said("says No-Store to CDNs only", "CDN-Cache-Control: No-Store\r\nCache-Control: max-age=60\r\n"),
    said("sets a cookie", "Set-Cookie: session=new\r\nCache-Control: max-age=60\r\n"),
    said("varies on everything", "Vary: *\r\nCache-Control: max-age=60\r\n"),
    said("varies by Cookie", "Vary: Cookie\r\n"),
    {
      ...stolen("/static/page", "RFC 9111 §3.5"),
      name: "what was asked for with Authorization is for nobody else",
      sends: get("/static/page", `Authorization: Bearer victim-secret\r\n${SECRET}`),
    },
  ],
};
