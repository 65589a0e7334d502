// Which host is meant? One Host field decides for routing, the cache key, redirects and what the origin is told. Whatever could
// be read as two hosts is refused.
import { type Family, get, type Try } from "../try.ts";

const OWN = "hosts.test";
const VICTIM = "victim.hosts.test";
const KETTLE_2017 = "Kettle 2017, Cracking the Lens";
const NGINX = "nginx-tests http_host.t";
const HAPROXY = "haproxy h1_host_normalization.vtc";
const RFC_9112 = "RFC 9112 §3.2";

const refused = (name: string, source: string, host: string): Try => ({
  name: `Host ${name} is refused`,
  source,
  sends: get("/a", "", host),
  gets: [400],
  seesNot: /evil/,
  origin: [],
});

/** It names this site, and the origin is told so in one spelling. */
const isOwn = (name: string, source: string, host: string, told = OWN): Try => ({
  name: `Host ${name} is ${told}`,
  source,
  sends: get("/a", "", host),
  gets: [200],
  origin: ["GET /a"],
  originSees: new RegExp(`^x-forwarded-host: ${told.replaceAll(".", "\\.")}\\r$`, "im"),
});

const nobody = (name: string, source: string, host: string): Try => ({
  name: `Host ${name} is nobody's`,
  source,
  sends: get("/a", "", host),
  gets: [404],
  sees: /"type":"about:blank"/,
  seesNot: /headgate/i, // a stranger learns nothing of the tools
  origin: [],
});

/** The request line and Host; nothing else chooses a host. */
const target = (
  name: string,
  source: string,
  line: string,
  host: string,
  gets: number,
  origin: readonly string[],
): Try => ({
  name: `the target ${name}`,
  source,
  sends: `${line} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
  gets: [gets],
  origin,
  ...(gets === 200 && {
    originSees: new RegExp(`^x-forwarded-host: ${OWN.replaceAll(".", "\\.")}\\r$`, "im"),
  }),
});

export const hosts: Family = {
  title: "hosts",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      { id: "moved", match: { path: "/moved" }, redirect: { scheme: "https" } },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  // The runtime prints that it has no use for a CONNECT, which never gets to the Worker.
  prints: /connect\(\) /,
  tries: [
    {
      name: "two Host fields, the right one first",
      source: RFC_9112,
      sends: `GET /a HTTP/1.1\r\nHost: ${OWN}\r\nHost: ${VICTIM}\r\nConnection: close\r\n\r\n`,
      gets: [400],
      origin: [],
    },
    {
      name: "two Host fields, the right one last",
      source: RFC_9112,
      sends: `GET /a HTTP/1.1\r\nHost: ${VICTIM}\r\nHost: ${OWN}\r\nConnection: close\r\n\r\n`,
      gets: [400],
      origin: [],
    },
    {
      name: "two Host fields that are the same",
      source: RFC_9112,
      sends: `GET /a HTTP/1.1\r\nHost: ${OWN}\r\nHost: ${OWN}\r\nConnection: close\r\n\r\n`,
      gets: [400],
      origin: [],
    },
    {
      name: "a second Host in a folded line",
      source: "Burnett 2009; Kettle 2013, Practical HTTP Host header attacks",
      sends: `GET /a HTTP/1.1\r\n Host: ${VICTIM}\r\nHost: ${OWN}\r\nConnection: close\r\n\r\n`,
      gets: [400],
      origin: [],
    },
    {
      name: "a second Host with a blank before the colon",
      source: KETTLE_2017,
      sends: `GET /a HTTP/1.1\r\nHost: ${OWN}\r\nHost : ${VICTIM}\r\nConnection: close\r\n\r\n`,
      gets: [400],
      origin: [],
    },
    {
      name: "no Host",
      source: RFC_9112,
      sends: "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n",
      gets: [400],
      origin: [],
    },
    {
      name: "no Host in HTTP/1.0",
      source: RFC_9112,
      sends: "GET /a HTTP/1.0\r\n\r\n",
      gets: [400],
      origin: [],
    },
    refused("empty", RFC_9112, ""),
    refused("with a path", "platform: it is put before the path", `${OWN}/evil`),
    refused("with a query", "platform: it is put before the path", `${OWN}?evil`),
    refused("with a fragment", "platform: it is put before the path", `${OWN}#evil`),
    refused("with a backslash", NGINX, `${OWN}\\evil`),
    refused("with user information", "RFC 3986 §3.2.1", `${OWN}@evil.test`),
    refused("with user information and a password", "RFC 3986 §3.2.1", `evil:x@${OWN}`),
    refused("as a list", KETTLE_2017, `${OWN}, evil.test`),
    refused("with a blank in it", KETTLE_2017, `${OWN} evil.test`),
    refused("with a tab in it", KETTLE_2017, `${OWN}\tevil.test`),
    refused("with a NUL", "CWE-158", `${OWN}\0.evil.test`),
    refused("with an escaped NUL", "CWE-158", `${OWN}%00.evil.test`),
    refused("with an escaped dot", "RFC 3986 §3.2.2", "hosts%2etest"),
    refused("with two ports", NGINX, `${OWN}:80:evil`),
    refused("with a port that is a name", KETTLE_2017, `${OWN}:evil`),
    refused("with user information in the port", KETTLE_2017, `${OWN}:80@evil.test`),
    refused("with a negative port", "RFC 3986 §3.2.3", `${OWN}:-80`),
    refused("with a port beyond 65535", NGINX, `${OWN}:98777`),
    refused("with port 0", "RFC 6335 §6", `${OWN}:0`),
    refused("with two dots at the end", NGINX, `${OWN}..`),
    refused("with an empty label", NGINX, "hosts..test"),
    refused("with a dot before it", NGINX, `.${OWN}`),
    refused("that is a dot", NGINX, "."),
    refused("with a bracket that never closes", "RFC 3986 §3.2.2", "[::1"),
    refused("with text after the bracket", NGINX, "[::1].evil.test"),
    refused("with a zone of an interface", "RFC 6874", "[fe80::1%25eth0]"),
    refused("with a version of the future", "RFC 3986 §3.2.2", "[v1.evil]"),
    refused("that is an address in one number", "WHATWG URL, IPv4 parser", "2130706433"),
    refused("that is an address in hexadecimal", "WHATWG URL, IPv4 parser", "0x7f.1"),
    refused("that is an address with too few parts", "WHATWG URL, IPv4 parser", "127.1"),
    refused("with an angle bracket", "Kettle 2013", `${OWN}"><script>evil`),
    refused("with bytes beyond ASCII", "IDN, UTS #46", "h\xc3\xb6sts.test"),
    refused("with a full stop of another script", "UTS #46", "hosts\xe3\x80\x82test"),
    refused("with a comma", KETTLE_2017, "hosts,test"),
    refused("with a semicolon", KETTLE_2017, "hosts.test;evil"),
    refused("of more than 253 characters", "RFC 1035 §2.3.4", `${"evil.".repeat(60)}${OWN}`),
    isOwn("in capitals", NGINX, "HOSTS.TEST"),
    isOwn("with a dot at the end", NGINX, `${OWN}.`),
    isOwn("with port 80", HAPROXY, `${OWN}:80`),
    isOwn("with a colon and no port", NGINX, `${OWN}:`),
    isOwn("with another port", HAPROXY, `${OWN}:8080`, `${OWN}:8080`),
    isOwn("with a dot and a port", NGINX, `${OWN}.:8080`, `${OWN}:8080`),
    isOwn("with zeros before the port", "WHATWG URL", `${OWN}:00080`),
    nobody("that ends in the name", "suffix match", `evil${OWN}`),
    nobody("that begins with the name", "prefix match", `${OWN}.evil.test`),
    nobody("as IPv6", NGINX, "[::1]"),
    nobody("as IPv4", NGINX, "127.0.0.1"),
    nobody("of the control of a cloud", "SSRF, CWE-918", "169.254.169.254"),
    nobody("localhost", KETTLE_2017, "localhost"),
    target(
      "as an absolute URL of another host: Host decides",
      "RFC 9112 §3.2.2; docs/decisions/0025",
      `GET http://${VICTIM}/a`,
      `Host: ${OWN}\r\n`,
      200,
      ["GET /a"],
    ),
    target(
      "as an absolute URL with user information",
      HAPROXY,
      `GET http://u:p@${VICTIM}/a`,
      `Host: ${OWN}\r\n`,
      200,
      ["GET /a"],
    ),
    target(
      "as an absolute URL without a path",
      "nginx-tests http_uri.t",
      `GET http://${VICTIM}`,
      `Host: ${OWN}\r\n`,
      200,
      ["GET /"],
    ),
    target(
      "as an absolute URL with a query and no path",
      "nginx-tests http_uri.t",
      `GET http://${VICTIM}?x`,
      `Host: ${OWN}\r\n`,
      200,
      ["GET /?x"],
    ),
    target("as an absolute URL and no Host", RFC_9112, `GET http://${OWN}/a`, "", 400, []),
    target(
      "as an absolute URL of another scheme",
      "RFC 9110 §7.4",
      "GET gopher://evil.test/a",
      `Host: ${OWN}\r\n`,
      200,
      ["GET /a"],
    ),
    target("as @ and a host", KETTLE_2017, "GET @evil.test/a", `Host: ${OWN}\r\n`, 400, []),
    target(
      "as a host and a port",
      "haproxy h1_request_target_validation.vtc",
      `GET ${VICTIM}:80`,
      `Host: ${OWN}\r\n`,
      200,
      ["GET /"],
    ),
    target(
      "as a word",
      "haproxy h1_request_target_validation.vtc",
      "GET admin/a",
      `Host: ${OWN}\r\n`,
      400,
      [],
    ),
    target("as a star", "haproxy h1_request_target_validation.vtc", "GET *", `Host: ${OWN}\r\n`, 400, []),
    target("as two slashes and a host", KETTLE_2017, "GET //evil.test/a", `Host: ${OWN}\r\n`, 200, [
      "GET /evil.test/a",
    ]),
    target(
      "as a colon, an at sign and a host, which is pasted to an origin's URL",
      KETTLE_2017,
      "GET :80@evil.test/a",
      `Host: ${OWN}\r\n`,
      400,
      [],
    ),
    target(
      "that CONNECTs",
      "haproxy h1_request_target_validation.vtc",
      `CONNECT ${VICTIM}:443`,
      `Host: ${OWN}\r\n`,
      500,
      [],
    ),
    {
      name: "a redirect leads to the host that was asked, without its port",
      source: "Kettle 2013, Practical HTTP Host header attacks",
      sends: get("/moved", "X-Forwarded-Host: evil.test\r\n", `${OWN}:8080`),
      gets: [302],
      sees: /^location: https:\/\/hosts\.test\/moved\r$/im,
      seesNot: /evil/,
      origin: [],
    },
    {
      name: "one connection, two hosts: each request is its own",
      source: "Kettle 2022, first-request routing",
      sends: `GET /a HTTP/1.1\r\nHost: ${OWN}\r\n\r\n${get("/a", "", "evil.test")}`,
      gets: [200, 404],
      origin: ["GET /a"],
    },
  ],
};
