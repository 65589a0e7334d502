// What `headgate check` says about the key `auth`.
import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";
import { aSite, problemsIn, withRoute } from "./fixtures.ts";

const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const KEY = { keys: { ci: SHA256 } };
const JWT = { issuer: "https://id.test/", audience: "shop" };
const KEYS = [{ kty: "EC", crv: "P-256", x: "a", y: "b" }];
const on = (auth: unknown) => withRoute({ to: "web", auth });
const problems = (auth: unknown) =>
  problemsIn(on(auth)).map((problem) => problem.replace("routes[0].auth", "auth"));

describe("what is wrong", () => {
  it.each<[what: string, auth: unknown, says: string[]]>([
    [
      "nothing to prove",
      {},
      [
        "auth  does not say how clients prove who they are; write one of `basic`, `key`, `jwt`, `access`, `signed`, `oidc` or `forward`",
      ],
    ],
    [
      "two proofs",
      { key: KEY, signed: {} },
      ["auth  has `key` and `signed`; a route asks for one proof, so keep one of them"],
    ],
    ["no keys", { key: { keys: {} } }, ["auth.key.keys  is empty, so nobody gets in"]],
    [
      "a key itself",
      { key: { keys: { ci: "secret" } } },
      ["auth.key.keys.ci  is not the SHA-256 of a key; `headgate hash --key` makes a key and prints it"],
    ],
    [
      "a password itself",
      { basic: { users: { ann: "secret" } } },
      ["auth.basic.users.ann  is not a hash that the edge can compute; make one with `headgate hash`"],
    ],
    [
      "a token without keys",
      { jwt: JWT },
      ["auth.jwt  does not say by which keys tokens are verified; write `jwks`, `keys` or `secret`"],
    ],
    [
      "keys from two places",
      { jwt: { ...JWT, keys: KEYS, jwks: "https://id.test/jwks" } },
      ["auth.jwt  has `jwks` and `keys`; tokens are verified by one of them, so keep one"],
    ],
    [
      "the algorithm of a secret with public keys",
      { jwt: { ...JWT, keys: KEYS, algorithms: ["ES256", "HS256"] } },
      [
        "auth.jwt.algorithms[1]  needs `secret`: by a public key, which everybody has, HS256 would prove nothing",
      ],
    ],
    [
      "the algorithm of a public key with a secret",
      { jwt: { ...JWT, secret: "${secret:JWT}", algorithms: ["RS256"] } },
      ["auth.jwt.algorithms[0]  needs a public key; a secret signs by `HS256`, `HS384` or `HS512`"],
    ],
    [
      "a secret in the file",
      { jwt: { ...JWT, secret: "hunter2" } },
      [
        "auth.jwt.secret  is not a reference to a secret; write ${secret:NAME}, in capitals, and keep the secret out of the file",
      ],
    ],
    [
      "a private key",
      { jwt: { ...JWT, keys: [{ ...KEYS[0], d: "x" }] } },
      ["auth.jwt.keys[0]  is a private key; name the public one"],
    ],
    [
      "a symmetric key",
      { jwt: { ...JWT, keys: [{ kty: "oct", k: "x" }] } },
      ["auth.jwt.keys[0]  is not a public key: its `kty` is RSA, EC or OKP"],
    ],
    [
      "keys over the open network",
      { jwt: { ...JWT, jwks: "http://id.test/jwks" } },
      ["auth.jwt.jwks  is not https, so who gets in would be up to anybody on the way"],
    ],
    [
      "a server with a password in its URL",
      { forward: { url: "https://a:b@auth.test/" } },
      ["auth.forward.url  has a password in it"],
    ],
    [
      "a field of two meanings",
      { forward: { url: "https://auth.test/", receive: ["x-user"] }, fields: { "x-user": "sub" } },
      ["auth.fields.x-user  is received already (`forward.receive`); remove it"],
    ],
    [
      "a field that is the edge's",
      { key: KEY, fields: { host: "sub" } },
      ["auth.fields.host  belongs to the edge, which sets it for each connection; remove it"],
    ],
  ])("%s", (_what, auth, says) => {
    expect(problems(auth)).toEqual(says);
  });

  it("claims of nobody", () => {
    expect(
      problemsIn(withRoute({ to: "web", match: { any: [{ claims: { sub: "ann" } }] }, auth: { key: KEY } })),
    ).toEqual(["routes[0].match  asks for claims, which nobody has: write `auth` of the site"]);
  });

  it("nothing is opened by a site that asks nobody", () => {
    expect(problemsIn(aSite({ auth: "off" }))).toEqual([
      "auth  has no effect: a site asks nobody unless it says how; remove it",
    ]);
  });
});

describe("what is right", () => {
  it.each([
    { key: KEY, require: { sub: "ci" }, fields: { "x-client": "sub" } },
    { jwt: { ...JWT, jwks: "https://id.test/jwks" } },
    { jwt: { ...JWT, jwks: "http://127.0.0.1:8080/jwks" } },
    { jwt: { ...JWT, keys: KEYS, algorithms: ["ES256"], cookie: "session" } },
    { jwt: { ...JWT, secret: "${secret:JWT}" } },
    { access: { team: "example", audience: "abc" } },
    { signed: {} },
    { forward: { url: "https://auth.test/verify" } },
    "off",
  ])("%j", (auth) => {
    expect(problems(auth)).toEqual([]);
  });
});

describe("what has less effect than people expect", () => {
  const warnings = (value: unknown) => {
    const site = validateSite(value);
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    return warningsOf(site.value, () => "").map(({ path, message }) => `${path}  ${message}`);
  };

  it.each<[what: string, auth: unknown, says: string]>([
    [
      "a weak hash",
      { basic: { users: { ann: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" } } },
      "basic.users.ann  is a hash that is guessed fast; make one with `headgate hash`",
    ],
    [
      "any audience",
      { jwt: { ...JWT, audience: "any", keys: KEYS } },
      "jwt.audience  lets tokens in that the issuer made for other applications",
    ],
    [
      "credentials that are passed on anyway",
      { forward: { url: "https://auth.test/" }, passCredentials: true },
      "passCredentials  has no effect with `forward`: what it sends is passed on anyway",
    ],
    [
      "a claim that no signature has",
      { signed: {}, require: { groups: "staff" } },
      "require  lets nobody in: a signature has no claim but `sub`",
    ],
  ])("%s", (_what, auth, says) => {
    expect(warnings(on(auth))).toEqual([`routes[0].auth.${says}`]);
  });

  it("opening what is open", () => {
    expect(warnings(on("off"))).toEqual(["routes[0].auth  has no effect: the site asks nobody anyway"]);
  });
});
