// Fields that are sent twice, folded, spelt otherwise or named in Connection. No rule is passed by them, and the origin gets no
// line that it could read in another way.
import { type Family, get, post, type Try } from "../try.ts";

const CGI = "CGI, RFC 3875 §4.1.18";
const HOP_BY_HOP = "Davison 2019, Abusing HTTP hop-by-hop request headers";

/** The route forbids `X-Role: admin`. */
const refusedByGuard = (name: string, source: string, fields: string, gets = 403): Try => ({
  name: `a guard by X-Role: ${name}`,
  source,
  sends: get("/a", fields),
  gets: [gets],
  origin: [],
});

/** The route forbids the cookie `role=admin`. */
const refusedCookie = (cookie: string, source: string): Try => ({
  name: `a guard by a cookie: ${JSON.stringify(cookie)}`,
  source,
  sends: get("/a", `Cookie: ${cookie}\r\n`),
  gets: [403],
  origin: [],
});

/** The route forbids the parameter `debug`. */
const refusedParameter = (query: string, source: string): Try => ({
  name: `a guard by a parameter: ?${query}`,
  source,
  sends: get(`/a?${query}`),
  gets: [403],
  origin: [],
});

const malformed = (name: string, source: string, fields: string): Try => ({
  name: `malformed: ${name}`,
  source,
  sends: get("/a", fields),
  gets: [400],
  origin: [],
});

const passes = (
  name: string,
  source: string,
  fields: string,
  seen: { sees?: RegExp; seesNot?: RegExp },
): Try => ({
  name: `the origin gets ${name}`,
  source,
  sends: get("/a", fields),
  gets: [200],
  origin: ["GET /a"],
  ...(seen.sees && { originSees: seen.sees }),
  ...(seen.seesNot && { originSeesNot: seen.seesNot }),
});

export const fields: Family = {
  title: "fields",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    headers: { request: { set: { "x-user": "nobody" }, remove: ["x-api-key"] } },
    routes: [
      {
        id: "guard",
        match: {
          any: [{ header: { "x-role": "admin" } }, { cookie: { role: "admin" } }, { query: { debug: true } }],
        },
        respond: { status: 403 },
      },
      {
        id: "typed",
        match: { path: "/typed" },
        body: { types: ["application/json"] },
        cache: "off",
        to: "web",
      },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    refusedByGuard("in the first of two lines", "RFC 9110 §5.3", "X-Role: admin\r\nX-Role: user\r\n"),
    refusedByGuard("in the last of two lines", "RFC 9110 §5.3", "X-Role: user\r\nx-role:admin\r\n"),
    refusedByGuard("in a list", "RFC 9110 §5.6.1", "X-Role: user,admin\r\n"),
    refusedByGuard("between empty members of a list", "RFC 9110 §5.6.1", "X-Role: ,, admin ,\r\n"),
    refusedByGuard("with an underscore", CGI, "X_Role: admin\r\n"),
    refusedByGuard("with a dot", "PHP, variables from outside", "X.Role: admin\r\n"),
    refusedByGuard("with an underscore beside the usual spelling", CGI, "X-Role: user\r\nX_ROLE: admin\r\n"),
    refusedByGuard("named in Connection", HOP_BY_HOP, "Connection: X-Role\r\nX-Role: admin\r\n"),
    refusedByGuard("after many tabs", "RFC 9110 §5.6.3", "X-Role: \t \t admin\t \r\n"),
    refusedByGuard("folded", "RFC 9112 §5.2", "X-Role:\r\n admin\r\n", 400),
    refusedByGuard("folded behind another field", "RFC 9112 §5.2", "X-A: b\r\n\tX-Role: admin\r\n", 400),
    refusedByGuard("with a blank before the colon", "RFC 9112 §5.1", "X-Role : admin\r\n", 400),
    refusedByGuard("after a bare LF", "RFC 9112 §2.2", "X-A: b\nX-Role: admin\r\n"),
    refusedByGuard("after a bare CR", "RFC 9112 §2.2", "X-A: b\rX-Role: admin\r\n", 400),
    refusedCookie("role=admin", "RFC 6265 §4.2"),
    refusedCookie("role=user; role=admin", "RFC 6265 §4.2.2"),
    refusedCookie('role="admin"', "RFC 2109, Java and Python"),
    refusedCookie('$Version=1; role="\\a\\d\\m\\i\\n"', "Fedotkin 2024, phantom $Version"),
    refusedCookie('$Version=1; role="\\141dmin"; $Path="/"', "Fedotkin 2024, phantom $Version"),
    refusedCookie('a="x; role=admin', "Fedotkin 2025, cookie sandwich"),
    refusedCookie('a="x; role=admin; b=y"', "Fedotkin 2025, cookie sandwich"),
    refusedCookie('a="x\\"; role=admin; b="', "Fedotkin 2025, cookie sandwich"),
    refusedCookie("a=1, role=admin", "RFC 2965, Perl and older Rack"),
    refusedCookie("a=1,role=admin", "RFC 2965, Perl and older Rack"),
    refusedCookie("a=1 role=admin", "Python http.cookies"),
    refusedCookie("role=%61dmin", "PHP, Express: decoded values"),
    refusedCookie("%72ole=admin", "PHP: decoded names"),
    refusedCookie("role[x]=admin", "PHP: arrays"),
    refusedCookie(" role = admin ", "RFC 6265 §5.2, blanks"),
    refusedCookie("a=1\r\nCookie: role=admin", "RFC 6265 §5.4, two lines"),
    refusedParameter("debug", "RFC 3986 §3.4"),
    refusedParameter("a=1&debug=1", "RFC 3986 §3.4"),
    refusedParameter("a=1;debug=1", "Goldschmidt 2021, semicolons"),
    refusedParameter("%64ebug=1", "Carettoni 2009, HTTP Parameter Pollution"),
    refusedParameter("debug[]=1", "PHP, Rails, Express"),
    refusedParameter("debug[a][b]=1", "PHP, Rails, Express"),
    refusedParameter("%20debug=1", "PHP: blanks before a name"),
    refusedParameter("+debug=1", "PHP: blanks before a name"),
    refusedParameter("debug%00=1", "PHP: a NUL ends a name"),
    refusedParameter("a=1&&debug=1&", "empty parameters"),
    refusedParameter("%zz=%&debu%67=1", "a broken escape hides nothing"),
    malformed("a NUL in a value", "RFC 9110 §5.5", "X-A: a\0b\r\n"),
    ...["\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"].map((control) =>
      malformed(
        `the character ${control.charCodeAt(0)} in a value`,
        "RFC 9110 §5.5",
        `X-A: a${control}b\r\n`,
      ),
    ),
    malformed("a NUL in a name", "RFC 9110 §5.1", "X\0A: b\r\n"),
    malformed("a parenthesis in a name", "RFC 9110 §5.1", "X-(a): b\r\n"),
    malformed("an at sign in a name", "RFC 9110 §5.1", "X@A: b\r\n"),
    malformed("bytes beyond ASCII in a name", "RFC 9110 §5.1", "X-\xc3\xa9: b\r\n"),
    malformed("an empty name", "RFC 9110 §5.1", ": b\r\n"),
    malformed("a name and no colon", "RFC 9112 §5", "X-A\r\n"),
    malformed("a tab in a name", "RFC 9110 §5.1", "X\tA: b\r\n"),
    malformed("a slash in a name", "RFC 9110 §5.1", "X/A: b\r\n"),
    malformed("a quotation mark in a name", "RFC 9110 §5.1", 'X"A": b\r\n'),
    {
      name: "two types of a body, of which one is allowed",
      source: "RFC 9110 §8.3",
      sends: post(
        "/typed",
        "Connection: close\r\nContent-Type: application/json\r\nContent-Type: text/html\r\nContent-Length: 2\r\n",
        "{}",
      ),
      gets: [415],
      origin: [],
    },
    {
      name: "a forbidden type in another spelling of the field",
      source: CGI,
      sends: post(
        "/typed",
        "Connection: close\r\nContent-Type: application/json\r\nContent_Type: text/html\r\nContent-Length: 2\r\n",
        "{}",
      ),
      gets: [415],
      origin: [],
    },
    {
      name: "a loop in the second of two CDN-Loop lines, in other case and with blanks",
      source: "RFC 8586 §2",
      sends: get("/a", 'CDN-Loop: other\r\nCDN-Loop: x, Headgate ; Site="fields.test"\r\n'),
      gets: [508],
      origin: [],
    },
    passes("two Cookie lines as one", "RFC 6265 §5.4", "Cookie: a=1\r\nCookie: b=2\r\n", {
      sees: /^cookie: a=1; b=2\r$/im,
    }),
    passes(
      "two Authorization lines as one",
      "RFC 9110 §11.6.2",
      "Authorization: Basic eA==\r\nAuthorization: Basic eQ==\r\n",
      {
        sees: /^authorization: Basic eA==, Basic eQ==\r$/im,
      },
    ),
    passes(
      "Authorization, though Connection names it",
      HOP_BY_HOP,
      "Connection: Authorization\r\nAuthorization: Basic eA==\r\n",
      {
        sees: /^authorization: Basic eA==\r$/im,
      },
    ),
    passes("Cookie, though Connection names it", HOP_BY_HOP, "Connection: Cookie\r\nCookie: a=1\r\n", {
      sees: /^cookie: a=1\r$/im,
    }),
    passes("X-Forwarded-For, though Connection names it", HOP_BY_HOP, "Connection: X-Forwarded-For\r\n", {
      sees: /^x-forwarded-for: 127\.0\.0\.1\r$/im,
    }),
    passes("Via and CDN-Loop, though Connection names them", HOP_BY_HOP, "Connection: via, cdn-loop\r\n", {
      sees: /^via: 1\.1 headgate\r\n(?:.*\r\n)*cdn-loop: headgate;site="fields\.test"\r$|^cdn-loop: headgate;site="fields\.test"\r\n(?:.*\r\n)*via: 1\.1 headgate\r$/im,
    }),
    passes(
      "what the site writes, though Connection names it",
      HOP_BY_HOP,
      "Connection: X-User\r\nX-User: root\r\n",
      {
        sees: /^x-user: nobody\r$/im,
        seesNot: /root/,
      },
    ),
    passes(
      "nothing that Connection names, in whatever case",
      "RFC 9110 §7.6.1",
      "X-Secret: 1\r\nConnection: x-SECRET\r\n",
      { seesNot: /^x-secret:/im },
    ),
    passes(
      "no second spelling of what the site writes",
      CGI,
      "X_User: root\r\nX.User: root\r\nx-user: root\r\n",
      {
        sees: /^x-user: nobody\r$/im,
        seesNot: /root/,
      },
    ),
    passes(
      "no spelling of what the site removes",
      CGI,
      "X-Api-Key: k1\r\nX_Api_Key: k2\r\nX-Api_Key: k3\r\n",
      { seesNot: /k[123]\r/ },
    ),
    passes(
      "no Proxy, which CGI hands on as HTTP_PROXY",
      "CVE-2016-5385, httpoxy",
      "Proxy: http://evil.test\r\n",
      { seesNot: /evil/ },
    ),
    passes(
      "no Proxy-Authorization, Proxy-Connection or Keep-Alive",
      "RFC 9110 §11.7.1",
      "Proxy-Authorization: Basic evil\r\nProxy-Connection: evil\r\nKeep-Alive: evil\r\n",
      {
        seesNot: /evil/,
      },
    ),
    passes("no TE and no Trailer", "RFC 9110 §10.1.4", "TE: trailers, evil\r\nTrailer: evil\r\n", {
      seesNot: /evil/,
    }),
    passes(
      "no request id of a stranger's",
      "docs/proxying.md",
      "X-Request-Id: evil\r\nX_Request_Id: evil\r\n",
      {
        sees: /^x-request-id: [0-9a-f]{32}\r$/im,
        seesNot: /evil/,
      },
    ),
    passes("bytes beyond ASCII in a value as they are", "RFC 9110 §5.5", "X-A: \xff\xfe\xc3\xa9\r\n", {
      sees: /^x-a: \xff\xfe\xc3\xa9\r$/im,
    }),
    passes("a field without a value as that", "RFC 9110 §5.5", "X-A:\r\n", { sees: /^x-a: ?\r$/im }),
    passes(
      "a name of framework variables as it is, and nothing more",
      "Klein 2020",
      "X-__proto__: 1\r\nconstructor: 1\r\n__proto__: 1\r\n",
      {
        sees: /^constructor: 1\r$/im,
      },
    ),
    {
      name: "twenty thousand lines of one field are refused",
      source: "slow header parsing, CVE-2023-24534",
      sends: get("/a", "X-A: 1\r\n".repeat(20_000)),
      gets: [431],
      origin: [],
    },
    {
      name: "Max-Forwards of zero in one of two lines ends nothing that is not zero in both",
      source: "RFC 9110 §7.6.2",
      sends: get("/a", "Max-Forwards: 0\r\nMax-Forwards: 5\r\n").replace("GET", "OPTIONS"),
      gets: [200],
      origin: ["OPTIONS /a"],
    },
  ],
};
