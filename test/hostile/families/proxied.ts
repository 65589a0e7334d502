// Behind a proxy that the site trusts: what that proxy did not write itself is still a claim.
import { type Answerer, type Family, get, type Try } from "../try.ts";

const told = (name: string, source: string, fields: string, sees: RegExp, gets = 200): Try => ({
  name: `through a trusted proxy: ${name}`,
  source,
  sends: get("/a", fields),
  gets: [gets],
  origin: gets === 200 ? ["GET /a"] : [],
  ...(gets === 200 && { originSees: sees }),
});

const ALONE = /^x-forwarded-for: 127\.0\.0\.1\r$/im;
const OWN_HOST = /^x-forwarded-host: t\d+\.proxied\.test\r$/im;
const RFC_7239 = "RFC 7239 §8.1";

const repeatsForwarded: Answerer = (request, socket) => {
  const told = [...request.matchAll(/^x-forwarded-(?:host|proto|prefix): .*$/gim)].join("");
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${told.length}\r\n\r\n${told}`, "latin1");
};

/** What a proxy says that the site trusts is believed, so it is part of the key: the origin sees it. */
const keyed = (claim: string, source: string): Try => ({
  name: `a page for ${claim} is kept for nobody else`,
  source,
  sends: get("/kept/a", `${claim}\r\n`),
  gets: [200],
  next: [{ sends: get("/kept/a"), gets: [200], seesNot: /evil|https/ }],
  origin: ["GET /kept/a", "GET /kept/a"],
  answers: repeatsForwarded,
});

export const proxied: Family = {
  title: "proxied",
  site: (url) => ({
    trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    access: { deny: { ip: ["198.51.100.0/24"] } },
    routes: [
      { id: "kept", match: { path: "/kept/*" }, cache: { ttl: "1h" }, to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    told(
      "the nearest address that is no proxy is the client",
      RFC_7239,
      "X-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.0.0.1\r\n",
      /^x-forwarded-for: 203\.0\.113\.7, 10\.0\.0\.1, 127\.0\.0\.1\r$/im,
    ),
    told(
      "a denied client behind an invented one",
      RFC_7239,
      "X-Forwarded-For: 1.1.1.1, 198.51.100.9\r\n",
      ALONE,
      403,
    ),
    told(
      "a denied client in the second of two lines",
      "RFC 9110 §5.3",
      "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 198.51.100.9\r\n",
      ALONE,
      403,
    ),
    told("a denied client with a port", RFC_7239, "X-Forwarded-For: 198.51.100.9:4711\r\n", ALONE, 403),
    told(
      "a denied client as an IPv6 address",
      "RFC 4291 §2.5.5.2",
      "X-Forwarded-For: ::ffff:198.51.100.9\r\n",
      ALONE,
      403,
    ),
    told(
      "a denied client in Forwarded",
      RFC_7239,
      'Forwarded: for=1.1.1.1, for="198.51.100.9:1"\r\n',
      ALONE,
      403,
    ),
    told(
      "an address with zeros before it, which some read as octal",
      "CVE-2021-29921",
      "X-Forwarded-For: 0198.051.100.9\r\n",
      ALONE,
    ),
    told("an address in one number", "inet_aton", "X-Forwarded-For: 3325256713\r\n", ALONE),
    told("an address in hexadecimal", "inet_aton", "X-Forwarded-For: 0xc6.0x33.0x64.0x09\r\n", ALONE),
    told("unknown ends the chain", RFC_7239, "X-Forwarded-For: 198.51.100.9, unknown\r\n", ALONE),
    told("text that is no address ends the chain", RFC_7239, "X-Forwarded-For: 1.1.1.1, evil\r\n", ALONE),
    told("an empty member ends the chain", RFC_7239, "X-Forwarded-For: 1.1.1.1, ,\r\n", ALONE),
    told("a quotation mark that never closes", RFC_7239, 'Forwarded: for="1.1.1.1\r\n', ALONE),
    told("a host with a path in it", "Kettle 2018", "X-Forwarded-Host: evil.test/x\r\n", OWN_HOST),
    told("a host with user information", "RFC 3986 §3.2.1", "X-Forwarded-Host: a@evil.test\r\n", OWN_HOST),
    told(
      "a host with a port beyond 65535",
      "RFC 3986 §3.2.3",
      "X-Forwarded-Host: evil.test:99999\r\n",
      OWN_HOST,
    ),
    told(
      "a host with a quotation mark",
      "Kettle 2018",
      'X-Forwarded-Host: evil"><script>.test\r\n',
      OWN_HOST,
    ),
    told(
      "a host with bytes beyond ASCII",
      "IDN confusion",
      "X-Forwarded-Host: \xe2\x84\xa1.test\r\n",
      OWN_HOST,
    ),
    told(
      "a scheme that is none",
      "Kettle 2018",
      "X-Forwarded-Proto: gopher\r\n",
      /^x-forwarded-proto: http\r$/im,
    ),
    told(
      "a scheme that an earlier hop invented",
      RFC_7239,
      "X-Forwarded-Proto: https, http\r\n",
      /^x-forwarded-proto: http\r$/im,
    ),
    told(
      "a request id with a quotation mark in it",
      "log injection, CWE-117",
      'X-Request-Id: a"b\r\n',
      /^x-request-id: [0-9a-f]{32}\r$/im,
    ),
    told(
      "a request id of a kilobyte",
      "CWE-117",
      `X-Request-Id: ${"a".repeat(1_024)}\r\n`,
      /^x-request-id: [0-9a-f]{32}\r$/im,
    ),
    told(
      "two request ids",
      "CWE-117",
      "X-Request-Id: a\r\nX-Request-Id: b\r\n",
      /^x-request-id: [0-9a-f]{32}\r$/im,
    ),
    told(
      "a thousand hops",
      "RFC 7239 §8.1",
      `X-Forwarded-For: ${"1.1.1.1, ".repeat(1_000)}203.0.113.7\r\n`,
      /^x-forwarded-for: 203\.0\.113\.7, 127\.0\.0\.1\r$/im,
    ),
    told(
      "another spelling of a field that the proxy did not write",
      "CGI, RFC 3875",
      "X_Forwarded_For: 198.51.100.9\r\nX_Forwarded_Proto: https\r\n",
      /^x-forwarded-proto: http\r$/im,
    ),
    keyed("X-Forwarded-Host: evil.test", "Kettle 2018, Practical Web Cache Poisoning"),
    keyed("X-Forwarded-Proto: https", "Kettle 2018, Practical Web Cache Poisoning"),
    keyed("Forwarded: host=evil.test;proto=https", "Kettle 2018, Practical Web Cache Poisoning"),
    keyed("X-Forwarded-Prefix: /evil", "Kettle 2018, Practical Web Cache Poisoning"),
    {
      name: "a page for one prefix is kept for whoever comes with that prefix, and not for who comes with none",
      source: "docs/caching.md",
      sends: get("/kept/a", "X-Forwarded-Prefix: /app\r\n"),
      gets: [200],
      next: [
        {
          sends: get("/kept/a", "X-Forwarded-Prefix: /app\r\n"),
          gets: [200],
          sees: /; hit[\s\S]*prefix: \/app/i,
        },
        { sends: get("/kept/a"), gets: [200], seesNot: /; hit|prefix/i },
        { sends: get("/kept/a"), gets: [200], sees: /; hit/, seesNot: /prefix/i },
      ],
      answers: repeatsForwarded,
      origin: ["GET /kept/a", "GET /kept/a"],
    },
    told("X-Original-URL is nobody's word", "CVE-2018-14773", "X-Original-URL: /evil\r\n", ALONE),
  ],
};
