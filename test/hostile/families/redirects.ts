// Redirects that lead away. No text of a client chooses a host: neither in a redirect of a route, nor in the URLs of an origin
// that the edge maps to its own host. Slashes are not merged here, so that everything that begins like a host arrives.
import { type Family, get, ok, type Try } from "../try.ts";

const CWE = "CWE-601, open redirect";
const ORANGE = "Orange Tsai 2017, A New Era of SSRF";

const asText = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9]/g, "\\$&").replace("OWN", "t\\d+\\.redirects\\.test");

/** `OWN` in the location is the host that was asked. */
const leads = (target: string, source: string, location: string, gets = 302): Try => ({
  name: `${target} leads to ${location}`,
  source,
  sends: get(target),
  gets: [gets],
  sees: new RegExp(`^location: ${asText(location)}\\r$`, "im"),
  origin: [],
});

const refused = (target: string, source: string): Try => ({
  name: `${target} leads nowhere`,
  source,
  sends: get(target),
  gets: [400],
  seesNot: /^location:/im,
  origin: [],
});

/** The origin's field, and what of it the client gets. `ORIGIN` is the origin's own host. */
const mapped = (field: string, source: string, seen: RegExp, target = "/page"): Try => ({
  name: `an origin's ${field} under ${target}`,
  source,
  sends: get(target),
  gets: [200],
  sees: seen,
  origin: [`GET /base${target.replace(/^\/app/, "")}`],
  answers: (request, socket) => {
    const host = /^host: (.*)\r$/im.exec(request)?.[1] ?? "";
    socket.end(ok(`Connection: close\r\n${field.replaceAll("ORIGIN", host)}\r\n`, ""));
  },
});

export const redirects: Family = {
  title: "redirects",
  site: (url) => ({
    mergeSlashes: false,
    pools: { web: { origins: [{ id: "a", url: `${url}/base` }], retry: { attempts: 1 } } },
    routes: [
      { id: "go", match: { path: "/go/*" }, redirect: { to: "/*" } },
      { id: "one", match: { path: "/one/:x" }, redirect: { to: "/:x" } },
      { id: "away", match: { path: "/away/*" }, redirect: { to: "https://other.test/*" } },
      { id: "host", match: { path: "/host/:x" }, redirect: { to: "https://other.test/:x" } },
      { id: "query", match: { path: "/query/:x" }, redirect: { to: "/find?x=:x", keepQuery: true } },
      { id: "secure", match: { path: "/secure/*" }, https: "redirect", to: "web" },
      { id: "scheme", match: { path: "/scheme/*" }, redirect: { scheme: "https" } },
      {
        id: "odd",
        match: { path: "/odd/*" },
        allowInPath: ["backslash", "control", "encoded-slash"],
        redirect: { to: "/*" },
      },
      {
        id: "note",
        match: { path: "/note/*" },
        respond: { body: "x", headers: { location: "/login?next=${path}" }, status: 201 },
      },
      { id: "app", match: { path: "/app/*" }, base: "/app", cache: "off", to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    leads("/go//evil.test", CWE, "/evil.test"),
    leads("/go///evil.test", CWE, "/evil.test"),
    leads("/go//evil.test/%2e%2e", CWE, "/"),
    leads("/go/@evil.test", ORANGE, "/@evil.test"),
    leads("/go/https://evil.test", CWE, "/https://evil.test"),
    leads("/go/https:evil.test", CWE, "/https:evil.test"),
    leads("/go/javascript:alert(1)", "CWE-79", "/javascript:alert(1)"),
    leads("/go/.evil.test", ORANGE, "/.evil.test"),
    leads("/go/%20/evil.test", "WHATWG URL: blanks are removed", "/%20/evil.test"),
    leads("/go/%E3%80%82evil.test", "UTS #46, ideographic full stop", "/%E3%80%82evil.test"),
    leads("/go/x?url=//evil.test", CWE, "/x?url=//evil.test"),
    leads("/go/x?%0d%0aSet-Cookie:a=1", "CWE-113", "/x?%0d%0aSet-Cookie:a=1"),
    leads("/one/evil.test", CWE, "/evil.test"),
    leads("/one/%40evil.test", ORANGE, "/%40evil.test"),
    leads("/one/%3Fa%23b", "RFC 3986 §2.2", "/%3Fa%23b"),
    leads("/away//evil.test", CWE, "https://other.test/evil.test"),
    leads("/away/@evil.test", ORANGE, "https://other.test/@evil.test"),
    leads("/away/.evil.test", ORANGE, "https://other.test/.evil.test"),
    leads("/away/:80@evil.test", ORANGE, "https://other.test/:80@evil.test"),
    leads("/host/%23@evil.test", ORANGE, "https://other.test/%23@evil.test"),
    leads("/query/a&b=c", "CWE-235, parameter pollution", "/find?x=a%26b%3Dc"),
    leads("/query/a%26b", "CWE-235, parameter pollution", "/find?x=a%26b"),
    leads("/query/a?x=b", "CWE-235, parameter pollution", "/find?x=a&x=b"),
    leads("/secure//evil.test", CWE, "https://OWN/secure//evil.test", 308),
    leads("/scheme//evil.test", CWE, "https://OWN/scheme//evil.test"),
    leads("/odd/%5Cevil.test", "WHATWG URL: a backslash is a slash", "/%5Cevil.test"),
    leads("/odd/%09/evil.test", "WHATWG URL: tabs are removed", "/%09/evil.test"),
    leads("/odd/%0a/evil.test", "WHATWG URL: line breaks are removed", "/%0A/evil.test"),
    leads("/odd/%2F/evil.test", "WHATWG URL", "/%2F/evil.test"),
    leads("/note//evil.test", CWE, "/login?next=/note//evil.test", 201),
    leads("/note/a&next=b", "CWE-235, parameter pollution", "/login?next=/note/a%26next%3Db", 201),
    refused("/go/\\evil.test", "WHATWG URL: a backslash is a slash"),
    refused("/go/%5Cevil.test", "WHATWG URL: a backslash is a slash"),
    refused("/go/%09//evil.test", "WHATWG URL: tabs are removed"),
    refused("/go/%2F%2Fevil.test", CWE),
    refused("/go/%0d%0aLocation:%20//evil.test", "CWE-113"),
    refused("/go/..;//evil.test", "Orange Tsai 2018"),
    mapped(
      "Location: http://ORIGIN/base/next",
      "the origin's own URL",
      /^location: http:\/\/t\d+\.redirects\.test\/next\r$/im,
    ),
    mapped(
      "Location: /base//evil.test",
      "removing a base path makes another host",
      /^location: http:\/\/t\d+\.redirects\.test\/\/evil\.test\r$/im,
    ),
    mapped(
      "Location: /base/\\evil.test",
      "WHATWG URL: a backslash is a slash",
      /^location: http:\/\/t\d+\.redirects\.test\/\\evil\.test\r$/im,
    ),
    mapped(
      "Location: /base\t//evil.test",
      "WHATWG URL: tabs are removed",
      /^location: \/base\t\/\/evil\.test\r$/im,
    ),
    mapped(
      "Location: http://ORIGIN/base//evil.test",
      CWE,
      /^location: http:\/\/t\d+\.redirects\.test\/\/evil\.test\r$/im,
    ),
    mapped(
      "Location: http://user@ORIGIN/base",
      ORANGE,
      /^location: http:\/\/user@127\.0\.0\.1:\d+\/base\r$/im,
    ),
    mapped("Location: //evil.test/base", "the origin's own word", /^location: \/\/evil\.test\/base\r$/im),
    mapped(
      "Location: http://evil.test:99999999/",
      "WHATWG URL, port",
      /^location: http:\/\/evil\.test:99999999\/\r$/im,
    ),
    mapped(
      "Refresh: 0; url=/base//evil.test",
      CWE,
      /^refresh: 0; url=http:\/\/t\d+\.redirects\.test\/\/evil\.test\r$/im,
    ),
    mapped(
      "Link: </base//evil.test>; rel=preload",
      CWE,
      /^link: <http:\/\/t\d+\.redirects\.test\/\/evil\.test>; rel=preload\r$/im,
    ),
    mapped(
      "Content-Location: /base//evil.test",
      CWE,
      /^content-location: http:\/\/t\d+\.redirects\.test\/\/evil\.test\r$/im,
    ),
    mapped(
      "Location: /base//evil.test",
      CWE,
      /^location: http:\/\/t\d+\.redirects\.test\/app\/\/evil\.test\r$/im,
      "/app/page",
    ),
    mapped(
      "Location: /\t/evil.test",
      "WHATWG URL: tabs are removed",
      /^location: \/\t\/evil\.test\r$/im,
      "/app/page",
    ),
    mapped(
      "Set-Cookie: a=1; Domain=evil.test; Path=/base",
      "cookies of another domain",
      /^set-cookie: a=1; Domain=evil\.test; Path=\/\r$/im,
    ),
  ],
};
