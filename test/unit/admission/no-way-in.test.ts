// Some thousands of generated requests without a good credential: none of them reaches an origin behind a proof, or what is stored of it,
// whatever they are made of. Each way to prove who one is has a route of its own, and lets in its own credential.
import fc from "fast-check";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { signed } from "../../../cli/signing/signing-wish.ts";
import { authentication } from "../../../shared/site/auth-schema.ts";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { compileAuth } from "../../../worker/admission/authentication/compile-auth.ts";
import { anIsolate, type Isolate, pushed } from "../../support/isolate.ts";
import { aWorld, type Says } from "./authentication/proving-world.ts";

const HOST = "shop.test";
const ROOT = "the-root-secret-of-an-edge-in-a-test";
const NOW = 1_800_000_000_000;
/** SHA-256 of `test`. */
const KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const AUDIENCE = "a".repeat(64);
const TEAM = "https://team.cloudflareaccess.com";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const { privateKey: foreign } = await generateKeyPair("ES256");
const JWK = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256", use: "sig" };

const ofTeam = await generateKeyPair("RS256");
const TEAM_JWK = { ...(await exportJWK(ofTeam.publicKey)), kid: "team", alg: "RS256", use: "sig" };

const OIDC = { issuer: "https://login.test", clientId: "edge", clientSecret: "${secret:OIDC}" };
const WAYS = {
  k: { key: { keys: { ci: KEY }, header: "x-api-key", query: "api_key", cookie: "key" } },
  b: { basic: { users: { ann: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" } } },
  j: {
    jwt: { issuer: "https://id.test", audience: "shop", keys: [JWK], algorithms: ["ES256"], cookie: "jwt" },
  },
  h: {
    jwt: { issuer: "https://id.test", audience: "shop", secret: "${secret:TOKENS}", algorithms: ["HS256"] },
  },
  a: { access: { team: "team", audience: AUDIENCE } },
  s: { signed: {} },
  f: { forward: { url: "https://decides.test/verify", receive: ["x-user"], keep: "10s" } },
  o: { oidc: OIDC },
};
const NAMES = Object.keys(WAYS);

const SITE = {
  hosts: [HOST],
  pools: { web: { origins: [{ id: "a", url: "https://a.test" }], retry: { attempts: 1 } } },
  auth: WAYS.k,
  routes: [
    { id: "open", match: { path: "/open/*" }, auth: "off", to: "web" },
    ...Object.entries(WAYS).map(([id, auth]) => ({
      id,
      match: { path: `/${id}/*` },
      auth,
      to: "web",
      cache: { ttl: "1h", staleIfError: "1h" },
    })),
    { id: "rest", to: "web", cache: { ttl: "1h" } },
  ],
};

const world = aWorld({ OIDC: "secret", TOKENS: "a-secret-of-at-least-32-characters" }, ROOT);
world.clock = NOW;
world.says = ({ url, headers }): Says => {
  const sent = Object.fromEntries(headers);
  if (url.startsWith(TEAM)) return { body: JSON.stringify({ keys: [TEAM_JWK] }) };
  if (url.startsWith("https://decides.test/"))
    return sent.cookie === "s=good"
      ? { status: 204, headers: new Headers({ "x-user": "ann" }) }
      : { status: 401 };
  if (url === "https://login.test/.well-known/openid-configuration")
    return { body: JSON.stringify(PROVIDER), headers: JSON_TYPE };
  return new Error("nobody answers");
};
const JSON_TYPE = new Headers({ "content-type": "application/json" });
const PROVIDER = {
  issuer: OIDC.issuer,
  authorization_endpoint: `${OIDC.issuer}/auth`,
  token_endpoint: `${OIDC.issuer}/token`,
  jwks_uri: `${OIDC.issuer}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["ES256"],
};

const token = (claims: object, key: Parameters<SignJWT["sign"]>[0] = privateKey, header: object = {}) =>
  new SignJWT({ iss: "https://id.test", aud: "shop", sub: "ann", exp: NOW / 1_000 + 600, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "1", ...header })
    .sign(key);
const assertion = (claims: object = {}) =>
  token({ iss: TEAM, aud: AUDIENCE, ...claims }, ofTeam.privateKey, { alg: "RS256", kid: "team" });
const link = (url: string, wish: object = {}, at = NOW) => {
  const made = signed(url, { header: [], for: "1h", ...wish }, { env: { HEADGATE_SECRET: ROOT }, nowMs: at });
  if (!made.ok) throw new Error(made.error);
  return String(made.value[0]);
};
const tokenOf = (url: string): string => new URL(url).searchParams.values().next().value ?? "";
const { way } = compileAuth(authentication.parse(WAYS.o), HOST);
if (way.kind !== "oidc") throw new Error("it should be a login");
const { login } = way;
const session = async (until: number, realm = login.realm) => {
  const key = (await world.sealing.mac("login", realm)) ?? "";
  return world.proving.login.seal(key, JSON.stringify({ claims: { sub: "ann" }, until }));
};

/** By route. */
const GOOD: Record<string, { fields?: Record<string, string>; query?: string }> = {
  k: { fields: { "x-api-key": "test" } },
  b: { fields: { authorization: `Basic ${btoa("ann:secret")}` } },
  j: { fields: { cookie: `jwt=${await token({})}` } },
  h: {
    fields: {
      authorization: `Bearer ${await token({}, new TextEncoder().encode("a-secret-of-at-least-32-characters"), { alg: "HS256" })}`,
    },
  },
  a: { fields: { "cf-access-jwt-assertion": await assertion() } },
  s: { query: new URL(link(`https://${HOST}/s/x`)).search },
  f: { fields: { cookie: "s=good" } },
  o: { fields: { cookie: `__Host-${login.sessionCookie}=${await session(NOW + 60_000)}` } },
};

const NONE = Buffer.from('{"alg":"none"}').toString("base64url");
const [, payload = "", signature = ""] = (await token({})).split(".");
/** Each is no credential of any route: made up, of another key, time, place or purpose. */
const CREDENTIALS = [
  ...["", "Bearer", "Bearer x", "undefined", "null", "tes", "test,test2", "Test", KEY, KEY.toUpperCase()],
  ...["Basic YW5uOg==", "Basic YW5uOngK", "Basic Y29uc3RydWN0b3I6eA==", "ann:secret"],
  `Bearer ${NONE}.${payload}.`,
  `Bearer ${NONE}.${payload}.${signature}`,
  ...(
    await Promise.all([
      token({}, foreign),
      token({ exp: NOW / 1_000 - 120 }),
      token({ aud: "other" }),
      token({ iss: "https://id.test.evil.test" }),
      token({ exp: undefined }),
      token({ nbf: NOW / 1_000 + 600 }),
      // The public key as a secret, and a key that the token brings along.
      token({}, new TextEncoder().encode(JSON.stringify(JWK)), { alg: "HS256" }),
      token({}, foreign, { jwk: { kty: "EC" } }),
      assertion({ aud: "b".repeat(64) }),
      assertion({ iss: "https://evil.cloudflareaccess.com" }),
      assertion({ exp: NOW / 1_000 - 120 }),
      token({ iss: TEAM, aud: AUDIENCE }, foreign),
    ])
  ).flatMap((one) => [`Bearer ${one}`, one]),
  ...[
    link(`https://${HOST}/s/x`, {}, NOW - 3_600_000),
    link(`https://${HOST}/elsewhere`),
    link("https://other.test/s/x", { site: HOST }),
    link(`https://${HOST}/s/x`, { ip: "198.51.100.1" }),
  ].map(tokenOf),
  `${tokenOf(link(`https://${HOST}/s/x`)).slice(0, -1)}-`,
  await session(NOW - 1),
  await session(NOW + 60_000, "another login"),
  (await session(NOW + 60_000)).slice(0, -2),
];

const segment = fc.oneof(
  fc.constantFrom(
    ...NAMES,
    "open",
    "x",
    "..",
    ".",
    "",
    "%2e%2e",
    "%6f",
    "..;",
    "open;a",
    "%2Fopen",
    "O",
    "*",
  ),
  fc.stringMatching(/^[a-z%.;~-]{0,6}$/),
);
const target = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(
      "",
      "?",
      ...CREDENTIALS.map((one) => `?api_key=${encodeURIComponent(one)}`),
      ...CREDENTIALS.map((one) => `?hg-signed=${encodeURIComponent(one)}`),
      "?code=1&state=0123456789abcdef0123456789abcdef",
      "?open=1",
      "?_method=GET",
    ),
  )
  .map(([segments, query]) => `/${segments.join("/")}${query}`)
  // The fixed paths of what has been stored, and of a login.
  .chain((made) =>
    fc.constantFrom(made, made, made, ...NAMES.map((name) => `/${name}/x`), "/oauth2/callback"),
  );
const fieldName = fc.constantFrom(
  ...[
    "authorization",
    "x-api-key",
    "x_api_key",
    "cookie",
    "connection",
    "x-original-url",
    "x-rewrite-url",
    "x-forwarded-uri",
  ],
  ...[
    "x-http-method-override",
    "x-user",
    "remote-user",
    "cf-access-jwt-assertion",
    "x-forwarded-for",
    "range",
    "if-none-match",
  ],
  ...[
    "cache-control",
    "max-forwards",
    "origin",
    "access-control-request-method",
    "upgrade",
    "x-headgate-mirror",
    "proxy-authorization",
  ],
);
const fieldValue = fc.oneof(
  fc.constantFrom(
    ...CREDENTIALS,
    "/open/x",
    "/",
    "GET",
    "127.0.0.1",
    "0",
    "only-if-cached",
    "websocket",
    "authorization, x-api-key",
  ),
  fc
    .tuple(
      fc.constantFrom("key", "hg-signed", "jwt", "s", "CF_Authorization", `__Host-${login.sessionCookie}`),
      fc.constantFrom(...CREDENTIALS),
    )
    .map(([name, one]) => `${name}=${one}; a=1`),
  fc.stringMatching(/^[ -~]{0,20}$/),
);
const method = fc.constantFrom(
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "QUERY",
  "PROPFIND",
  "PATCH",
);

/** Where a route looks for its credential. */
const PLACES: Record<string, (credential: string) => { fields?: Record<string, string>; query?: string }> = {
  k: (one) => ({ fields: { "x-api-key": one } }),
  b: (one) => ({ fields: { authorization: one } }),
  j: (one) => ({ fields: { cookie: `jwt=${one}` } }),
  h: (one) => ({ fields: { authorization: one } }),
  a: (one) => ({ fields: { "cf-access-jwt-assertion": one } }),
  s: (one) => ({ query: `?hg-signed=${one}` }),
  f: (one) => ({ fields: { cookie: `s=${one}` } }),
  o: (one) => ({ fields: { cookie: `__Host-${login.sessionCookie}=${one}` } }),
};

/** At random; or what stands where a route looks, and is nearly right. */
const request = fc.oneof(
  fc.record({
    verb: method,
    path: target,
    fields: fc.dictionary(fieldName, fieldValue, { maxKeys: 5 }),
  }),
  fc
    .tuple(method, fc.constantFrom(...NAMES), fc.constantFrom(...CREDENTIALS))
    .map(([verb, name, credential]) => {
      const { fields = {}, query = "" } = PLACES[name]?.(credential) ?? {};
      return { verb, path: `/${name}/x${query}`, fields };
    }),
);

/** The route takes it with parameters of its segments too (`/open;v=1`, `/;/open`): servers that know them strip them. */
const isOpen = (url: string): boolean =>
  /^https:\/\/a\.test\/open(?:[/?]|$)/.test(url.replace(/;[^/?]*/g, "").replace(/(?<!:)\/{2,}/g, "/"));

describe("a request without a good credential", () => {
  let isolate: Isolate;
  const asked: string[] = [];
  beforeAll(async () => {
    isolate = anIsolate({
      texts: await pushed(SITE),
      store: memoryStore(1_000_000),
      now: () => NOW,
      origin: async ({ url }) => {
        asked.push(url);
        return { body: `secret of ${url}` };
      },
      ports: world,
    });
  });

  it.each(NAMES)("reaches an open route, and with a good one that of %s", async (name) => {
    await isolate.ask("GET", {}, "/open/x");
    const { fields, query = "" } = GOOD[name] ?? {};
    await isolate.ask("GET", fields, `/${name}/x${query}`);
    // From now on it is stored.
    await isolate.ask("GET", fields, `/${name}/x${query}`);
    expect(asked.splice(0)).toEqual(expect.arrayContaining([`https://a.test/${name}/x`]));
  });

  it("reaches nothing else", { timeout: 120_000 }, async () => {
    const refused = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(request, async ({ verb, path, fields }) => {
        asked.length = 0;
        const body = await isolate.ask(verb, fields, path);
        // Also out of the store.
        const [, stored] = /^secret of (\S+)/.exec(body) ?? [];
        const had = [...asked, ...(stored === undefined ? [] : [stored])];
        expect(had.filter((url) => !isOpen(url))).toEqual([]);
        const [, first = ""] = path.split(/[/?]/);
        if (body.includes('"status":401') || body === "") refused.set(first, (refused.get(first) ?? 0) + 1);
      }),
      { numRuns: 8_000, seed: 15 },
    );
    // Each way has been tried often enough to mean something.
    for (const name of NAMES) expect([name, (refused.get(name) ?? 0) > 100]).toEqual([name, true]);
  });
});
