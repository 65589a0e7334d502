// Cache poisoning: an attacker asks first, an innocent client after him. What the attacker sent and the key does not hold must
// not be in what the innocent one gets, and no error that the attacker caused.
import { type Answerer, type Exchange, type Family, get, post, type Try } from "../try.ts";

const KETTLE_2018 = "Kettle 2018, Practical Web Cache Poisoning";
const KETTLE_2020 = "Kettle 2020, Web Cache Entanglement";
const CPDOS = "Nguyen 2019, CPDoS";
const FRESH = "Cache-Control: max-age=60\r\n";

const say =
  (status: string, body: string, fields = FRESH): Answerer =>
  (request, socket) => {
    const text = request.startsWith("HEAD ") ? "" : body;
    socket.write(`HTTP/1.1 ${status}\r\n${fields}Content-Length: ${body.length}\r\n\r\n${text}`, "latin1");
  };

/** Repeats everything that it is sent, and lets everybody keep it. */
const REFLECTS: Answerer = (request, socket) => say("200 OK", request)(request, socket);

/** An error for whoever sends `trigger`, and a page for others. Both may be kept. */
const errsAt =
  (trigger: RegExp, status: string): Answerer =>
  (request, socket) =>
    trigger.test(request) ? say(status, "evil")(request, socket) : say("200 OK", "page")(request, socket);

const INNOCENT: Exchange = { sends: get("/page"), gets: [200], seesNot: /evil/ };
const HIT = /^cache-status: headgate; hit/im;

/** The attacker's answer is kept, without anything of his. */
const unkeyed = (line: string, source: string): Try => ({
  name: `${line} is in nothing that is kept`,
  source,
  sends: get("/page", `${line}\r\n`),
  gets: [200],
  next: [{ ...INNOCENT, sees: HIT }],
  origin: ["GET /page"],
  originSeesNot: /evil/,
  answers: REFLECTS,
});

/** What the attacker got is not kept for others. */
const apart = (
  name: string,
  source: string,
  sends: string,
  gets: number,
  origin: readonly string[],
  more: Partial<Try> = {},
): Try => ({
  name,
  source,
  sends,
  gets: [gets],
  next: [INNOCENT],
  origin,
  answers: REFLECTS,
  ...more,
});

const causedError = (name: string, source: string, fields: string, trigger: RegExp, status: string): Try =>
  apart(
    `CPDoS: ${name}`,
    source,
    get("/page", fields),
    Number(status.split(" ")[0]),
    ["GET /page", "GET /page"],
    {
      answers: errsAt(trigger, status),
    },
  );

const cloaked = (query: string, source: string): Try =>
  apart(
    `parameter cloaking: ${query}`,
    source,
    get(`/only?${query}`),
    200,
    [`GET /only?${query}`, "GET /only?v=1"],
    {
      next: [{ sends: get("/only?v=1"), gets: [200], seesNot: /evil/ }],
    },
  );

export const poisoning: Family = {
  title: "poisoning",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      {
        id: "only",
        match: { path: "/only" },
        cache: { ttl: "1h", key: { query: { only: ["v"] } } },
        to: "web",
      },
      {
        id: "lasting",
        match: { path: "/lasting/*" },
        cache: { statusTtl: { "4xx": "1h", "5xx": "1h" } },
        to: "web",
      },
      { id: "user", match: { path: "/user" }, cache: { key: { header: ["x-user"] } }, to: "web" },
      { id: "rest", to: "web" },
    ],
  }),
  tries: [
    unkeyed("X-Forwarded-Host: evil.test", KETTLE_2018),
    unkeyed("X-Host: evil.test", KETTLE_2018),
    unkeyed("X-Forwarded-Scheme: evil", KETTLE_2018),
    unkeyed("X-Forwarded-Server: evil.test", KETTLE_2018),
    unkeyed("X-Forwarded-Port: 1evil", KETTLE_2020),
    unkeyed("X-Original-URL: /evil", KETTLE_2018),
    unkeyed("X-Rewrite-URL: /evil", KETTLE_2018),
    unkeyed("X-HTTP-Method-Override: EVIL", CPDOS),
    unkeyed("X-Method-Override: EVIL", CPDOS),
    unkeyed("Forwarded: host=evil.test", KETTLE_2018),
    unkeyed("X-Originating-IP: evil", KETTLE_2018),
    unkeyed("X-Middleware-Prefetch: evil", "CVE-2023-46298, Next.js"),
    unkeyed("X-Now-Route-Matches: evil", "CVE-2024-46982, Next.js"),
    unkeyed("X-Invoke-Status: evil", "Next.js"),
    unkeyed("X-Nuxt-No-SSR: evil", "nuxt#15667"),
    unkeyed("X-React-Router-SPA-Mode: evil", "CVE-2025-43864"),
    unkeyed("Surrogate-Capability: evil", "W3C Edge Architecture"),
    unkeyed("Connection: close, evil", "Davison 2019"),
    unkeyed("Transfer_Encoding: evil", "CGI, RFC 3875"),
    unkeyed("Accept_Encoding: evil", "CGI, RFC 3875"),
    unkeyed("Max_Forwards: evil", "CGI, RFC 3875"),
    apart(
      "fat GET: a body with a length",
      KETTLE_2020,
      `${get("/page", "Content-Length: 6\r\n")}q=evil`,
      400,
      ["GET /page"],
    ),
    apart(
      "fat GET: a body in chunks",
      KETTLE_2020,
      `${get("/page", "Transfer-Encoding: chunked\r\n")}6\r\nq=evil\r\n0\r\n\r\n`,
      400,
      ["GET /page"],
    ),
    apart(
      "fat HEAD",
      KETTLE_2020,
      `${get("/page", "Content-Length: 6\r\n").replace("GET", "HEAD")}q=evil`,
      400,
      ["GET /page"],
    ),
    apart(
      "a POST whose answer says that it may be kept",
      "RFC 9111 §4",
      post("/page", "Connection: close\r\nContent-Length: 6\r\n", "q=evil"),
      200,
      ["POST /page", "GET /page"],
    ),
    apart(
      "a POST that overrides itself to GET",
      KETTLE_2020,
      post("/page", "Connection: close\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 6\r\n", "q=evil"),
      200,
      ["POST /page", "GET /page"],
    ),
    apart(
      "a HEAD whose answer has a body",
      "CVE-2019-19326, SilverStripe; RFC 9110 §9.3.2",
      get("/page").replace("GET", "HEAD"),
      200,
      ["HEAD /page", "GET /page"],
      {
        answers: (request, socket) => {
          if (!request.startsWith("HEAD ")) say("200 OK", "page")(request, socket);
          else socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n${FRESH}Content-Length: 4\r\n\r\nevil`);
        },
      },
    ),
    cloaked("v=1&v=evil", "parameter pollution"),
    cloaked("v=1&V=evil", "Kettle 2020, case"),
    cloaked("v=1&v[]=evil", "PHP"),
    cloaked("v=1&%20v=evil", "PHP"),
    cloaked("v=1&v%00=evil", "PHP"),
    cloaked("v=1&utm=x;v=evil", "Goldschmidt 2021, CVE-2021-23336; Kettle 2020, Rails"),
    cloaked("v=1&%76=evil", "encoded name"),
    apart("normalisation: an encoded question mark", KETTLE_2020, get("/page%3Fevil"), 200, [
      "GET /page%3Fevil",
      "GET /page",
    ]),
    apart("normalisation: an encoded fragment", KETTLE_2020, get("/page%23evil"), 200, [
      "GET /page%23evil",
      "GET /page",
    ]),
    apart(
      "normalisation: letters in escapes are the same URL, and the origin gets it in one spelling",
      KETTLE_2020,
      get("/%70age"),
      200,
      ["GET /page"],
    ),
    apart(
      "normalisation: a quotation mark that arrives encoded only",
      "Kettle 2020, encoded XSS",
      get('/"evil"'),
      200,
      ["GET /%22evil%22", "GET /%22evil%22".replace("GET /%22evil%22", "GET /page")],
      {
        originSeesNot: /"evil"/,
      },
    ),
    apart(
      "key injection: what marks a variant",
      "Kettle 2020, cache key injection",
      get("/page%23variant:vary:x=evil"),
      200,
      ["GET /page%23variant:vary:x=evil", "GET /page"],
    ),
    apart(
      "key injection: what marks a slice",
      "Kettle 2020, cache key injection",
      get("/page%23slice:0?evil"),
      200,
      ["GET /page%23slice:0?evil", "GET /page"],
    ),
    apart(
      "key injection: a value of the key with a separator in it",
      "Kettle 2020, cache key injection",
      get("/user", "X-User: a\tb; evil\r\n"),
      200,
      ["GET /user", "GET /user"],
      {
        next: [{ sends: get("/user", "X-User: a\r\n"), gets: [200], seesNot: /evil/ }],
      },
    ),
    apart(
      "another port is another key",
      "Kettle 2020, unkeyed port",
      get("/page", "", "<host>:6666"),
      200,
      ["GET /page", "GET /page"],
      {
        next: [{ sends: get("/page"), gets: [200], seesNot: /6666/ }],
      },
    ),
    apart("an absolute URL of another host", KETTLE_2018, get("http://evil.test/page"), 200, ["GET /page"], {
      next: [{ ...INNOCENT, sees: HIT }],
      originSeesNot: /evil/,
    }),
    apart(
      "a client's no-store is not kept",
      "RFC 9111 §5.2.1.5",
      get("/page", "Cache-Control: no-store\r\nX-Evil: evil\r\n"),
      200,
      ["GET /page", "GET /page"],
    ),
    apart(
      "a request with Authorization",
      "RFC 9111 §3.5",
      get("/page", "Authorization: Basic evil\r\n"),
      200,
      ["GET /page", "GET /page"],
    ),
    apart(
      "a field with bytes that are not UTF-8 that the answer varies by",
      "docs/caching.md",
      get("/page", "X-Lang: \xff evil\r\n"),
      200,
      ["GET /page", "GET /page"],
      {
        answers: (request, socket) => say("200 OK", request, `${FRESH}Vary: X-Lang\r\n`)(request, socket),
        next: [{ sends: get("/page", "X-Lang: \xfe\r\n"), gets: [200], seesNot: /evil/ }],
      },
    ),
    apart(
      "a second spelling of a field that the answer varies by",
      "CGI, RFC 3875",
      get("/page", "X_Lang: evil\r\n"),
      200,
      ["GET /page", "GET /page"],
      {
        answers: (request, socket) => say("200 OK", request, `${FRESH}Vary: X-Lang\r\n`)(request, socket),
      },
    ),
    apart(
      "a second spelling of a field of the key",
      "CGI, RFC 3875",
      get("/user", "X-User: a\r\nX_User: evil\r\n"),
      200,
      ["GET /user"],
      {
        next: [{ sends: get("/user", "X-User: a\r\n"), gets: [200], seesNot: /evil/ }],
      },
    ),
    apart(
      "a range is not the whole",
      "RFC 9111 §3.3",
      get("/page", "Range: bytes=0-1\r\n"),
      206,
      // The rest is asked for, and the whole when the rest turns out to be of nobody knows which version.
      ["GET /page", "GET /page", "GET /page"],
      {
        answers: (request, socket) => {
          const isPart = /^range:/im.test(request);
          if (!isPart) say("200 OK", "whole page")(request, socket);
          else say("206 Partial Content", "wh", `${FRESH}Content-Range: bytes 0-1/10\r\n`)(request, socket);
        },
        next: [{ ...INNOCENT, sees: /whole page/ }],
      },
    ),
    causedError(
      "HHO, a field that is too large for the origin alone",
      CPDOS,
      `X-Oversized: ${"x".repeat(20_000)}\r\n`,
      /^x-oversized/im,
      "431 Request Header Fields Too Large",
    ),
    causedError("a body is missed: 411", CPDOS, "X-Evil: 1\r\n", /^x-evil/im, "411 Length Required"),
    causedError("a condition: 412", CPDOS, "X-Evil: 1\r\n", /^x-evil/im, "412 Precondition Failed"),
    causedError(
      "a body that is too large: 413",
      CPDOS,
      "X-Evil: 1\r\n",
      /^x-evil/im,
      "413 Content Too Large",
    ),
    causedError(
      "a media type: 415",
      CPDOS,
      "Content-Type: x/evil\r\n",
      /x\/evil/im,
      "415 Unsupported Media Type",
    ),
    causedError(
      "a range that cannot be had: 416",
      CPDOS,
      "Range: bytes=999-\r\n",
      /^range:/im,
      "416 Range Not Satisfiable",
    ),
    causedError("an expectation: 417", CPDOS, "X-Evil: 1\r\n", /^x-evil/im, "417 Expectation Failed"),
    causedError("another connection: 421", CPDOS, "X-Evil: 1\r\n", /^x-evil/im, "421 Misdirected Request"),
    causedError("too early: 425", "RFC 8470 §5.2", "X-Evil: 1\r\n", /^x-evil/im, "425 Too Early"),
    causedError("another protocol: 426", CPDOS, "X-Evil: 1\r\n", /^x-evil/im, "426 Upgrade Required"),
    causedError(
      "a precondition is missed: 428",
      "RFC 6585 §3",
      "X-Evil: 1\r\n",
      /^x-evil/im,
      "428 Precondition Required",
    ),
    causedError(
      "too many requests of one client: 429",
      "RFC 6585 §4",
      "X-Evil: 1\r\n",
      /^x-evil/im,
      "429 Too Many Requests",
    ),
    causedError(
      "a proxy wants credentials: 407",
      "RFC 9110 §15.5.8",
      "X-Evil: 1\r\n",
      /^x-evil/im,
      "407 Proxy Authentication Required",
    ),
    causedError(
      "the client was too slow: 408",
      "RFC 9110 §15.5.9",
      "X-Evil: 1\r\n",
      /^x-evil/im,
      "408 Request Timeout",
    ),
    apart(
      "CPDoS: HHO, where the edge itself refuses",
      CPDOS,
      get("/page", `X-Oversized: ${"x".repeat(40_000)}\r\n`),
      431,
      ["GET /page"],
    ),
    apart("CPDoS: HMC, a control character in a field", CPDOS, get("/page", "X-Meta: a\x07b\r\n"), 400, [
      "GET /page",
    ]),
    apart("CPDoS: HMC, the character DEL", CPDOS, get("/page", "X-Meta: a\x7fb\r\n"), 400, ["GET /page"]),
    apart(
      "CPDoS: HMC, an error that the origin gives no lifetime",
      CPDOS,
      get("/page", "X-Meta: {evil}\r\n"),
      400,
      ["GET /page", "GET /page"],
      {
        answers: (request, socket) =>
          /\{evil\}/.test(request)
            ? say("400 Bad Request", "evil", "")(request, socket)
            : say("200 OK", "page")(request, socket),
      },
    ),
    apart(
      "CPDoS: HMO, a method override",
      CPDOS,
      get("/page", "X-HTTP-Method-Override: POST\r\n"),
      200,
      ["GET /page"],
      {
        answers: errsAt(/override/i, "404 Not Found"),
        next: [{ ...INNOCENT, sees: HIT }],
      },
    ),
    apart(
      "CPDoS: an upgrade",
      CPDOS,
      get("/page", "Upgrade: evil\r\n").replace("close", "close, upgrade"),
      200,
      ["GET /page"],
      {
        answers: errsAt(/^upgrade/im, "426 Upgrade Required"),
        next: [{ ...INNOCENT, sees: HIT }],
      },
    ),
    apart(
      "CPDoS: a status that the route keeps by class, and one client caused",
      CPDOS,
      get("/lasting/a", `X-Oversized: ${"x".repeat(20_000)}\r\n`),
      431,
      ["GET /lasting/a", "GET /lasting/a"],
      {
        answers: errsAt(/^x-oversized/im, "431 Request Header Fields Too Large"),
        next: [{ sends: get("/lasting/a"), gets: [200], seesNot: /evil/ }],
      },
    ),
    {
      name: "a Vary bomb: a hundred languages of an attacker, and the page is still a hit for the last of them",
      source: "Vary explosion; docs/caching.md, variants",
      sends:
        Array.from(
          { length: 100 },
          (_, at) => `GET /page HTTP/1.1\r\nHost: <host>\r\nX-Bomb: ${at}\r\n\r\n`,
        ).join("") + get("/page", "X-Bomb: 99\r\n"),
      gets: Array.from({ length: 101 }, () => 200),
      origin: Array.from({ length: 100 }, () => "GET /page"),
      answers: (request, socket) => say("200 OK", "page", `${FRESH}Vary: X-Bomb\r\n`)(request, socket),
    },
  ],
};
