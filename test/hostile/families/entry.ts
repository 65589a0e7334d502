// Who comes in: forged tokens, guessed passwords and keys, claims of being somebody, evaded limits, and purges by strangers. The
// origin is asked only by who may, and is told who that is by the edge alone.
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { type Family, get, post, type Try } from "../try.ts";

const MCLEAN = "McLean 2015, Critical vulnerabilities in JSON Web Token libraries";
const RFC_8725 = "RFC 8725, JWT Best Current Practices";
const CWE = "CWE-287";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const attackers = generateKeyPairSync("ec", { namedCurve: "P-256" });
const JWK = publicKey.export({ format: "jwk" });
const YEAR_9999 = 253_402_300_799;

type Fields = Record<string, unknown>;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const CLAIMS = { iss: "https://id.test", aud: "shop", sub: "ann", exp: YEAR_9999 };
const text = (head: Fields, claims: Fields): string =>
  `${encoded({ alg: "ES256", typ: "JWT", ...head })}.${encoded({ ...CLAIMS, ...claims })}`;

function token(claims: Fields = {}, head: Fields = {}, key = privateKey): string {
  const signed = text(head, claims);
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function byHmac(secret: string): string {
  const signed = text({ alg: "HS256" }, {});
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const bearer = (value: string): string => `Authorization: Bearer ${value}\r\n`;
const basicOf = (pair: string): string =>
  `Authorization: Basic ${Buffer.from(pair, "latin1").toString("base64")}\r\n`;

const shut = (name: string, source: string, sends: string, gets = 401, more: Partial<Try> = {}): Try => ({
  name: `stays outside: ${name}`,
  source,
  sends,
  gets: [gets],
  origin: [],
  ...more,
});
const noToken = (name: string, source: string, value: string): Try =>
  shut(name, source, get("/jwt/a", bearer(value)));

const open = (
  name: string,
  source: string,
  sends: string,
  origin: readonly string[],
  more: Partial<Try> = {},
): Try => ({
  name: `comes in: ${name}`,
  source,
  sends,
  gets: [200],
  origin,
  ...more,
});

const [head = "", claims = "", signature = ""] = token().split(".");
const KEY = "a-key-that-nobody-guesses";
const TOKEN_TO_PURGE = "a-token-that-purges";
const sha256 = (value: string): string => createHash("sha256").update(value).digest("hex");

export const entry: Family = {
  title: "entry",
  warnings: /^a request to purge was refused$/,
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    purgeRequests: { signed: false, tokens: [sha256(TOKEN_TO_PURGE)] },
    routes: [
      {
        id: "jwt",
        match: { path: "/jwt/*" },
        auth: {
          jwt: { issuer: CLAIMS.iss, audience: CLAIMS.aud, keys: [{ ...JWK, kid: "one" }] },
          fields: { "x-user": "sub" },
        },
        cache: "off",
        to: "web",
      },
      {
        id: "basic",
        match: { path: "/basic/*" },
        auth: {
          basic: { users: { ann: `{SHA}${createHash("sha1").update("password").digest("base64")}` } },
          fields: { "x-user": "sub" },
        },
        cache: "off",
        to: "web",
      },
      {
        id: "key",
        match: { path: "/key/*" },
        auth: { key: { keys: { ci: sha256(KEY) }, header: "x-api-key" } },
        cache: "off",
        to: "web",
      },
      {
        id: "limited",
        match: { path: "/limited/*" },
        limit: { rate: 2, per: "1h", by: ["ip"] },
        cache: "off",
        to: "web",
      },
      { id: "kept", match: { path: "/kept/*" }, cache: { ttl: "1h" }, to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    open("the token of the issuer", CWE, get("/jwt/a", bearer(token())), ["GET /jwt/a"], {
      originSees: /^x-user: ann\r$/im,
    }),
    shut("no token", CWE, get("/jwt/a")),
    noToken("alg none, and no signature", MCLEAN, `${text({ alg: "none" }, {})}.`),
    noToken("alg None", MCLEAN, `${text({ alg: "None" }, {})}.`),
    noToken("alg nOnE, and a signature", MCLEAN, `${text({ alg: "nOnE" }, {})}.${signature}`),
    noToken("no signature at all", MCLEAN, `${head}.${claims}`),
    noToken("an empty signature", MCLEAN, `${head}.${claims}.`),
    noToken(
      "HMAC with the public key as its secret",
      MCLEAN,
      byHmac(publicKey.export({ type: "spki", format: "pem" }).toString()),
    ),
    noToken("HMAC with the public key as JSON", MCLEAN, byHmac(JSON.stringify(JWK))),
    noToken("HMAC with an empty secret", RFC_8725, byHmac("")),
    noToken(
      "a signature of zeros",
      "CVE-2022-21449, psychic signatures",
      `${head}.${claims}.${Buffer.alloc(64).toString("base64url")}`,
    ),
    noToken("another's signature", RFC_8725, token({}, {}, attackers.privateKey)),
    noToken(
      "another's key in the token",
      "CVE-2018-0114, embedded jwk",
      token({}, { jwk: attackers.publicKey.export({ format: "jwk" }) }, attackers.privateKey),
    ),
    noToken(
      "another's key set by URL",
      "jku and x5u injection",
      token({}, { jku: "http://evil.test/jwks", x5u: "http://evil.test/x" }, attackers.privateKey),
    ),
    noToken(
      "a key id that is a path",
      "kid injection",
      token({}, { kid: "../../../../dev/null" }, attackers.privateKey),
    ),
    noToken(
      "a key id that is a query",
      "kid injection",
      token({}, { kid: "x' UNION SELECT 'secret" }, attackers.privateKey),
    ),
    noToken(
      "claims that were changed",
      RFC_8725,
      `${head}.${encoded({ ...CLAIMS, sub: "root" })}.${signature}`,
    ),
    noToken(
      "an extension that has to be understood",
      "RFC 7515 §4.1.11",
      token({}, { crit: ["evil"], evil: true }),
    ),
    noToken("an expired one", "RFC 7519 §4.1.4", token({ exp: 1 })),
    noToken("one that never expires", RFC_8725, token({ exp: undefined })),
    noToken("an expiry that is text", RFC_8725, token({ exp: "9999999999" })),
    noToken("one of the future", "RFC 7519 §4.1.5", token({ nbf: YEAR_9999 - 1 })),
    noToken("another audience", RFC_8725, token({ aud: "other" })),
    noToken("no audience", RFC_8725, token({ aud: undefined })),
    noToken("another issuer", RFC_8725, token({ iss: "https://id.test.evil.test" })),
    noToken("a token of 20 KB", "CWE-400", `${head}.${"e".repeat(20_000)}.${signature}`),
    noToken("a token within a token", RFC_8725, `${token()}.${token()}`),
    shut("the token twice, one of them false", "RFC 9110 §5.3", get("/jwt/a", bearer(token()) + bearer("x"))),
    shut("the token in the query", "RFC 6750 §2.3", get(`/jwt/a?access_token=${token()}`)),
    shut("the token in another scheme", CWE, get("/jwt/a", `Authorization: Basic ${token()}\r\n`)),
    shut("a HEAD without a token", "CWE-650", get("/jwt/a").replace("GET", "HEAD")),
    shut(
      "an upgrade without a token",
      "CWE-650",
      get(
        "/jwt/a",
        "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
      ).replace("close", "Upgrade, close"),
    ),
    shut("another spelling of the path", "RFC 3986 §6.2.2", get("/x/../%6awt;v=1/a")),
    open("the password", CWE, get("/basic/a", basicOf("ann:password")), ["GET /basic/a"], {
      originSees: /^x-user: ann\r$/im,
    }),
    open(
      "the password, and a claim to be somebody else",
      "CWE-290",
      get("/basic/a", `${basicOf("ann:password")}X-User: root\r\nX_User: root\r\n`),
      ["GET /basic/a"],
      {
        originSees: /^x-user: ann\r$/im,
        originSeesNot: /root/,
      },
    ),
    ...[
      "ann:wrong",
      "ann:",
      ":",
      "",
      "ann",
      "ann:password\0",
      "ann:password ",
      "Ann:password",
      "ann\0:password",
      "root:password",
      "\xff:\xff",
      ":password",
    ].map((pair) =>
      shut(`the credentials ${JSON.stringify(pair)}`, "RFC 7617", get("/basic/a", basicOf(pair))),
    ),
    shut("credentials that are no base64", "RFC 7617", get("/basic/a", "Authorization: Basic %%%\r\n")),
    shut(
      "the password in one of two lines",
      "RFC 9110 §5.3",
      get("/basic/a", basicOf("ann:password") + basicOf("ann:wrong")),
    ),
    open("the key", CWE, get("/key/a", `X-Api-Key: ${KEY}\r\n`), ["GET /key/a"]),
    shut("the key without its last letter", "CWE-208", get("/key/a", `X-Api-Key: ${KEY.slice(0, -1)}\r\n`)),
    shut("the hash of the key", "CWE-836", get("/key/a", `X-Api-Key: ${sha256(KEY)}\r\n`)),
    shut("the key in the query", CWE, get(`/key/a?x-api-key=${KEY}`)),
    shut(
      "the key twice, one of them false",
      "RFC 9110 §5.3",
      get("/key/a", `X-Api-Key: ${KEY}\r\nX-Api-Key: x\r\n`),
    ),
    open(
      "nobody, where nobody is asked, and is not told as somebody",
      "CWE-290",
      get("/a", "X-User: root\r\nX_User: root\r\nCf-Access-Authenticated-User-Email: root@a.test\r\n"),
      ["GET /a"],
      {
        originSeesNot: /root/,
      },
    ),
    ...[
      "X-Forwarded-For: 203.0.113.<at>",
      "Forwarded: for=203.0.113.<at>",
      "CF-Connecting-IP: 203.0.113.<at>",
      "X-Real-IP: 203.0.113.<at>",
      "True-Client-IP: 203.0.113.<at>",
    ].map(
      (claim, at): Try => ({
        name: `stays outside: the third request of one client, each with another ${claim.split(":")[0]}`,
        source: "CWE-307, limits by a forged address",
        // The limits of a site count all its hosts, so that every try is refused but the first two requests of all.
        sends:
          [1, 2]
            .map(
              (n) => `GET /limited/${n} HTTP/1.1\r\nHost: <host>\r\n${claim.replace("<at>", `${n}`)}\r\n\r\n`,
            )
            .join("") + get("/limited/3", `${claim.replace("<at>", "3")}\r\n`),
        gets: at === 0 ? [200, 200, 429] : [429, 429, 429],
        origin: at === 0 ? ["GET /limited/1", "GET /limited/2"] : [],
      }),
    ),
    shut("another spelling of a limited path", "CWE-307", get("//limited;x/%2e/a"), 429),
    ...["PURGE", "BAN"].map((method) =>
      shut(
        `a ${method} of a stranger's`,
        "varnish purge without an ACL",
        get("/kept/a").replace("GET", method),
        403,
      ),
    ),
    shut("a PURGE with a false token", CWE, get("/kept/a", bearer("wrong")).replace("GET", "PURGE"), 403),
    shut(
      "a PURGE with the token in the query",
      CWE,
      get(`/kept/a?token=${TOKEN_TO_PURGE}`).replace("GET", "PURGE"),
      403,
    ),
    {
      name: "stays outside: a method that a field overrides purges nothing",
      source: "CWE-650",
      sends: get("/kept/b"),
      gets: [200],
      next: [
        {
          sends: post("/a", "Connection: close\r\nX-HTTP-Method-Override: PURGE\r\nContent-Length: 0\r\n"),
          gets: [200],
        },
        {
          sends: get("/kept/b", "X-HTTP-Method-Override: PURGE\r\n"),
          gets: [200],
          sees: /^cache-status: headgate; hit/im,
        },
      ],
      answers: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      origin: ["GET /kept/b", "POST /a"],
    },
  ],
};
