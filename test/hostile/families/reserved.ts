// The edge's own paths and its admin API. No spelling leads to them past their door, none leads a site's request there, and they
// tell strangers nothing.
import { type Family, get, type Try } from "../try.ts";

const SPELLING = "RFC 3986 §6.2.2";
const ADMIN = "admin.hostile.test";
export const ADMIN_TOKEN = "a-token-that-opens-everything-here";
/** What `useStage` starts the edge with. */
export const ADMIN_VARS = { HEADGATE_ADMIN_HOST: ADMIN, HEADGATE_ADMIN_TOKEN: ADMIN_TOKEN };

const reserved = (path: string, gets: number, source = SPELLING): Try => ({
  name: `${path} on a site is not the site's`,
  source,
  sends: get(path),
  gets: [gets],
  seesNot: /"status":"ok"/,
  origin: [],
});

const passed = (path: string, received: string, source = SPELLING): Try => ({
  name: `${path} on a site is ${received} of its origin`,
  source,
  sends: get(path),
  gets: [200],
  seesNot: /"status":"ok"/,
  origin: [`GET ${received}`],
});

const closed = (name: string, source: string, sends: string, gets: number): Try => ({
  name: `the admin API, ${name}`,
  source,
  sends,
  gets: [gets],
  seesNot: /forwarding\.test|innocent\.test|"sites":/,
  origin: [],
});

const sites = (fields: string, host = ADMIN): string => get("/v1/sites", fields, host);

export const reservedPaths: Family = {
  title: "reserved",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [{ id: "rest", cache: "off", to: "web" }],
  }),
  // The record of who has called the admin API, which is no fault.
  prints: /"level":"audit"/,
  tries: [
    {
      name: "the health of the edge is told on every host, and no origin is asked",
      source: "docs/operations.md",
      sends: get("/.headgate/health"),
      gets: [200],
      sees: /"status":"ok"/,
      origin: [],
    },
    ...[
      "/.headgate/",
      "/.headgate/admin",
      "/.headgate/health/",
      "/.headgate/health/x",
      "/.headgate//health",
      "/%2eheadgate/health",
      "/.headgat%65/health",
    ].map((path) => reserved(path, 404)),
    ...["//.headgate/health", "/x/../.headgate/health", "/./.headgate/x", "/%2e%2e/.headgate/x"].map((path) =>
      reserved(path, 404),
    ),
    ...["/.headgate%2fhealth", "/.headgate%5chealth", "/x/..%2f.headgate/x", "/..;/.headgate/x"].map((path) =>
      reserved(path, 400),
    ),
    passed("/.HEADGATE/health", "/.HEADGATE/health"),
    passed("/.headgate;x/health", "/.headgate;x/health", "Orange Tsai 2018"),
    passed("/.headgatex/health", "/.headgatex/health"),
    passed("/v1/sites", "/v1/sites", "docs/admin.md"),
    closed("without a token", "CWE-306", sites(""), 401),
    closed("with an empty token", "CWE-287", sites("Authorization: Bearer \r\n"), 401),
    closed("with another token", "CWE-287", sites("Authorization: Bearer wrong\r\n"), 401),
    closed(
      "with a token that begins like the right one",
      "CWE-208",
      sites(`Authorization: Bearer ${ADMIN_TOKEN.slice(0, -1)}\r\n`),
      401,
    ),
    closed(
      "with a token that goes on after the right one",
      "CWE-208",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}x\r\n`),
      401,
    ),
    closed("with the token as Basic", "CWE-287", sites(`Authorization: Basic ${ADMIN_TOKEN}\r\n`), 401),
    closed(
      "with the token in two lines",
      "RFC 9110 §5.3",
      sites(`Authorization: Bearer wrong\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`),
      401,
    ),
    closed(
      "with the token in the query",
      "RFC 6750 §2.3",
      get(`/v1/sites?access_token=${ADMIN_TOKEN}&token=${ADMIN_TOKEN}`, "", ADMIN),
      401,
    ),
    closed(
      "with the token in a cookie",
      "CWE-352",
      sites(`Cookie: token=${ADMIN_TOKEN}; authorization=${ADMIN_TOKEN}\r\n`),
      401,
    ),
    closed(
      "with the token in another spelling of the field",
      "CGI, RFC 3875",
      sites(`X-Authorization: Bearer ${ADMIN_TOKEN}\r\nAuthorization_: Bearer ${ADMIN_TOKEN}\r\n`),
      401,
    ),
    closed("with a token of 20 KB", "CWE-770", sites(`Authorization: Bearer ${"a".repeat(20_000)}\r\n`), 401),
    closed(
      "from a page of another site, with the token",
      "CWE-352",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\nOrigin: https://evil.test\r\n`),
      403,
    ),
    closed(
      "from a page that has no origin, with the token",
      "CWE-352",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\nOrigin: null\r\n`),
      403,
    ),
    closed(
      "from a page of another site, as the browser says",
      "CWE-352",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\nSec-Fetch-Site: cross-site\r\n`),
      403,
    ),
    closed(
      "by a preflight",
      "CWE-352",
      sites("Origin: https://evil.test\r\nAccess-Control-Request-Method: PUT\r\n").replace("GET", "OPTIONS"),
      403,
    ),
    closed(
      "named in X-Forwarded-Host on another host",
      "Kettle 2017",
      get(
        "/v1/sites",
        `X-Forwarded-Host: ${ADMIN}\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`,
        "nobody.test",
      ),
      404,
    ),
    closed(
      "named in an absolute URL on another host",
      "RFC 9112 §3.2.2",
      get(`http://${ADMIN}/v1/sites`, `Authorization: Bearer ${ADMIN_TOKEN}\r\n`, "nobody.test"),
      404,
    ),
    closed(
      "named as user information",
      "RFC 3986 §3.2.1",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\n`, `${ADMIN}@nobody.test`),
      400,
    ),
    closed(
      "at a host that begins like it",
      "prefix match",
      sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\n`, `${ADMIN}.evil.test`),
      404,
    ),
    closed("by a path with dots", SPELLING, get("/x/../v1/sites", "", ADMIN), 401),
    closed("by a method that a field overrides", "CWE-650", sites("X-HTTP-Method-Override: DELETE\r\n"), 401),
    {
      name: "the admin API, with its token, so that the tries above were refused for what they are",
      source: "docs/admin.md",
      sends: sites(`Authorization: Bearer ${ADMIN_TOKEN}\r\n`),
      gets: [200],
      sees: /reserved\.test/,
      origin: [],
    },
  ],
};
