// A line break in whatever reaches a header: paths, captures, queries, hosts, request ids, origins, cookies, and what an origin
// says. Neither side gets a field that nobody has written.
import { type Family, get, ok, type Try } from "../try.ts";

const CWE = "CWE-113, response splitting";
const FILEDESCRIPTOR = "filedescriptor 2015, Twitter: U+560A";
const INJECTED = /^(?:x-injected|set-cookie):/im;

const tried = (name: string, source: string, sends: string, gets: number, more: Partial<Try> = {}): Try => ({
  name,
  source,
  sends,
  gets: [gets],
  seesNot: INJECTED,
  origin: [],
  originSeesNot: INJECTED,
  ...more,
});

/** Encoded in every way that some decoder takes for a line break. */
const BREAKS: readonly (readonly [spelt: string, source: string, isRefused: boolean])[] = [
  ["%0d%0a", CWE, true],
  ["%0a", CWE, true],
  ["%0d", CWE, true],
  ["%0D%0A%20", CWE, true],
  ["%00%0a", CWE, true],
  ["%0b", CWE, true],
  ["%C4%8D%C4%8A", "Unicode cut to a byte, CVE-2016-2216 in Node", false],
  ["%E5%98%8D%E5%98%8A", FILEDESCRIPTOR, false],
  ["%E2%80%A8", "U+2028", false],
  ["%C2%85", "U+0085, next line", false],
  ["%u000a", "IIS %u", true],
  ["%250d%250a", "CWE-174, double decoding", false],
  ["%c0%8a", "overlong UTF-8", true],
];

const WHERE: readonly (readonly [
  where: string,
  path: (text: string) => string,
  gets: number,
  asksOrigin: boolean,
])[] = [
  ["a redirect's capture", (text) => `/go/a${text}X-Injected:1`, 302, false],
  ["a value of a response field", (text) => `/value/a${text}X-Injected:1`, 200, false],
  ["a value of a request field", (text) => `/tell/a${text}X-Injected:1`, 200, true],
];

/** In a query no byte is refused for what it means. */
const IN_QUERY = BREAKS.map(([spelt, source]) =>
  tried(`${spelt} in a query that a redirect keeps`, source, get(`/go/a?b=${spelt}X-Injected:1`), 302, {
    sees: new RegExp(`^location: /a\\?b=${spelt}X-Injected:1\\r$`, "im"),
  }),
);

const said = (name: string, source: string, answer: string, gets: number, more: Partial<Try> = {}): Try =>
  tried(`an origin says ${name}`, source, get("/page"), gets, {
    origin: ["GET /page"],
    answers: answer,
    ...more,
  });

export const crlf: Family = {
  title: "crlf",
  site: (url) => ({
    trustedProxies: ["127.0.0.1"],
    cors: { origins: ["https://*.app.test"], credentials: true },
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    headers: { request: { set: { "x-asked": "${host}${path}?${query}" } } },
    routes: [
      { id: "go", match: { path: "/go/*" }, redirect: { to: "/*" } },
      { id: "open", match: { path: "/open/*" }, allowInPath: ["control"], redirect: { to: "/*" } },
      {
        id: "value",
        match: { path: "/value/:x" },
        respond: { body: "x", headers: { "x-value": "${path.x}; ${query}; ${path}" } },
      },
      {
        id: "free",
        match: { path: "/free/:x" },
        allowInPath: ["control"],
        respond: { body: "x", headers: { "x-value": '"${path.x}"' } },
      },
      {
        id: "tell",
        match: { path: "/tell/:x" },
        headers: { request: { set: { "x-value": "${path.x}" } } },
        rewrite: { query: { set: { x: "${path.x}" } } },
        cache: "off",
        to: "web",
      },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    ...WHERE.flatMap(([where, path, gets, asksOrigin]) =>
      BREAKS.map(([spelt, source, isRefused]) =>
        tried(`${spelt} in ${where}`, source, get(path(spelt)), isRefused ? 400 : gets, {
          ...(asksOrigin &&
            !isRefused && {
              origin: [`GET ${path(spelt)}?x=a${spelt}X-Injected%3A1`],
            }),
        }),
      ),
    ),
    ...IN_QUERY,
    tried(
      "a line break in a capture where the route allows controls, in Location",
      CWE,
      get("/open/a%0d%0aX-Injected:1"),
      302,
      {
        sees: /^location: \/a%0D%0AX-Injected:1\r$/im,
      },
    ),
    tried(
      "a line break in a capture where the route allows controls, in quotes",
      CWE,
      get("/free/a%0d%0aX-Injected:1"),
      200,
      {
        sees: /^x-value: "a%0D%0AX-Injected:1"\r$/im,
      },
    ),
    tried("a quotation mark that would end the value", "RFC 9110 §5.6.4", get("/free/a%22;evil"), 200, {
      sees: /^x-value: "a%22%3Bevil"\r$/im,
    }),
    tried(
      "a bare CR in the target",
      "RFC 9112 §2.2",
      "GET /go/a\rX-Injected: 1 HTTP/1.1\r\nHost: <host>\r\nConnection: close\r\n\r\n",
      400,
    ),
    tried(
      "a bare LF in the target",
      "RFC 9112 §2.2",
      "GET /go/a\nX-Injected: 1 HTTP/1.1\r\nHost: <host>\r\nConnection: close\r\n\r\n",
      400,
    ),
    tried(
      "a blank in the target",
      "RFC 9112 §3.2",
      "GET /go/a X-Injected: 1 HTTP/1.1\r\nHost: <host>\r\nConnection: close\r\n\r\n",
      400,
    ),
    tried(
      "an Origin with a line break",
      CWE,
      get("/page", "Origin: https://a.app.test%0d%0aX-Injected:1\r\n"),
      200,
      {
        origin: ["GET /page"],
        seesNot: /x-injected|access-control-allow-origin/i,
      },
    ),
    tried("an Origin with a bare CR", CWE, get("/page", "Origin: https://a.app.test\rX-Injected:1\r\n"), 400),
    tried(
      "an Origin with a comma",
      "Kettle 2016, Exploiting CORS misconfigurations",
      get("/page", "Origin: https://evil.test,https://a.app.test\r\n"),
      200,
      {
        origin: ["GET /page"],
        seesNot: /access-control-allow-origin/i,
      },
    ),
    tried(
      "two Origins",
      "Kettle 2016, Exploiting CORS misconfigurations",
      get("/page", "Origin: https://a.app.test\r\nOrigin: https://evil.test\r\n"),
      200,
      {
        origin: ["GET /page"],
        seesNot: /access-control-allow-origin/i,
      },
    ),
    tried(
      "an Origin that ends like an allowed one",
      "Kettle 2016, Exploiting CORS misconfigurations",
      get("/page", "Origin: https://evil.test/.app.test\r\n"),
      200,
      {
        origin: ["GET /page"],
        seesNot: /access-control-allow-origin/i,
      },
    ),
    tried(
      "the Origin null",
      "Kettle 2016, Exploiting CORS misconfigurations",
      get("/page", "Origin: null\r\n"),
      200,
      {
        origin: ["GET /page"],
        seesNot: /access-control-allow-origin/i,
      },
    ),
    tried(
      "a preflight that names a header with a line break",
      CWE,
      get(
        "/page",
        "Origin: https://a.app.test\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: a%0d%0aX-Injected\r\n",
      ).replace("GET", "OPTIONS"),
      204,
      {
        seesNot: /x-injected/i,
      },
    ),
    tried(
      "a request id of a proxy with a line break",
      CWE,
      get("/page", "X-Request-Id: a%0d%0aX-Injected:1\r\n"),
      200,
      {
        origin: ["GET /page"],
        sees: /^x-request-id: [0-9a-f]{32}\r$/im,
      },
    ),
    tried(
      "a host of a proxy with a line break, in a redirect",
      CWE,
      get("/go/a", "X-Forwarded-Host: a%0d%0aX-Injected:1\r\n"),
      302,
    ),
    tried(
      "a scheme of a proxy with a line break",
      CWE,
      get("/page", "X-Forwarded-Proto: https%0d%0aX-Injected:1\r\n"),
      200,
      { origin: ["GET /page"] },
    ),
    tried(
      "a Destination with a line break",
      "RFC 4918 §10.3",
      get("/page", "Destination: http://<host>/b%0d%0aX-Injected:1\r\n").replace("GET", "MOVE"),
      403,
    ),
    said(
      "a field with a bare CR",
      CWE,
      "HTTP/1.1 200 OK\r\nX-A: b\rX-Injected: 1\r\nContent-Length: 0\r\n\r\n",
      502,
    ),
    said(
      "a field with a NUL",
      "CWE-158",
      "HTTP/1.1 200 OK\r\nX-A: b\0X-Injected: 1\r\nContent-Length: 0\r\n\r\n",
      502,
    ),
    said(
      "a folded field",
      "RFC 9112 §5.2",
      "HTTP/1.1 200 OK\r\nX-A: b\r\n X-Injected: 1\r\nContent-Length: 0\r\n\r\n",
      502,
    ),
    said(
      "a reason phrase with a bare CR",
      CWE,
      "HTTP/1.1 200 OK\rX-Injected: 1\r\nContent-Length: 0\r\n\r\n",
      502,
    ),
    said(
      "a Location with an encoded line break",
      CWE,
      "HTTP/1.1 302 Found\r\nLocation: /a%0d%0aX-Injected:1\r\nContent-Length: 0\r\n\r\n",
      302,
      {
        sees: /^location: \/a%0d%0aX-Injected:1\r$/im,
      },
    ),
    said(
      "a Location with the letters that are cut to a line break",
      FILEDESCRIPTOR,
      "HTTP/1.1 302 Found\r\nLocation: /a\xe5\x98\x8d\xe5\x98\x8aX-Injected:1\r\nContent-Length: 0\r\n\r\n",
      302,
    ),
    said("a cookie with an encoded line break", CWE, ok("X-Cookie: a=%0d%0aX-Injected:1\r\n", "x"), 200, {
      sees: /^x-cookie: a=%0d%0aX-Injected:1\r$/im,
    }),
  ],
};
