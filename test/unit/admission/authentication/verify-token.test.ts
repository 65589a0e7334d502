// The published attacks on verifiers of JSON Web Tokens (RFC 8725; PortSwigger, "JWT attacks"; HAProxy reg-tests/jwt/jws_verify.vtc;
// Envoy jwt_authn authenticator_test).
import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { exportSPKI, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyToken } from "../../../../worker/adapters/verify-token.ts";
import type { KeySet, TokenTerms } from "../../../../worker/admission/authentication/auth.ts";

const NOW = 1_800_000_000;
const TERMS: TokenTerms = {
  issuer: "https://issuer.test",
  audience: ["shop"],
  algorithms: ["RS256", "ES256"],
  type: undefined,
  toleranceSeconds: 60,
};
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const theirs = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const jwkOf = (key: KeyObject, more: object) =>
  ({ ...key.export({ format: "jwk" }), ...more }) as KeySet["keys"][number];
const KEYS: KeySet = {
  keys: [jwkOf(rsa.publicKey, { kid: "r1", alg: "RS256" }), jwkOf(ec.publicKey, { kid: "e1", alg: "ES256" })],
};
const CLAIMS = { iss: "https://issuer.test", aud: "shop", sub: "ann", exp: NOW + 600 };
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Made {
  readonly claims?: object;
  readonly header?: object;
  readonly key?: KeyObject;
}
const token = ({ claims = CLAIMS, header = {}, key = rsa.privateKey }: Made = {}) =>
  new SignJWT(claims as never).setProtectedHeader({ alg: "RS256", kid: "r1", ...header } as never).sign(key);
const verify = async (
  text: string | Promise<string>,
  keys: Parameters<typeof verifyToken>[1] = KEYS,
  terms = TERMS,
) => {
  const found = await verifyToken(await text, keys, terms, NOW * 1_000);
  return found.ok ? found.value.sub : found.error;
};

describe("a good token", () => {
  it.each([
    ["by RSA", () => token()],
    ["by an elliptic curve", () => token({ header: { alg: "ES256", kid: "e1" }, key: ec.privateKey })],
    ["without the name of its key", () => token({ header: { kid: undefined } })],
    ["for several audiences", () => token({ claims: { ...CLAIMS, aud: ["other", "shop"] } })],
    ["that expired half a minute ago", () => token({ claims: { ...CLAIMS, exp: NOW - 30 } })],
    ["that begins in half a minute", () => token({ claims: { ...CLAIMS, nbf: NOW + 30 } })],
  ])("%s", async (_what, make) => {
    expect(await verify(make())).toBe("ann");
  });

  it("may be by any of several keys of its kind, if it names none", async () => {
    const keys = { keys: [jwkOf(theirs.publicKey, { kid: "r0" }), jwkOf(rsa.publicKey, { kid: "r1" })] };
    expect(await verify(token({ header: { kid: undefined } }), keys)).toBe("ann");
    expect(await verify(token({ header: { kid: undefined } }), { keys: [keys.keys[0]] } as KeySet)).toBe(
      "invalid",
    );
  });

  it("may be by a secret, where the site has one", async () => {
    const secret = "a-secret-of-at-least-32-characters";
    const terms = { ...TERMS, algorithms: ["HS256"] };
    const text = await new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(secret));
    expect(await verify(text, { secret }, terms)).toBe("ann");
    expect(await verify(text, { secret: `${secret}x` }, terms)).toBe("invalid");
    expect(await verify(text)).toBe("invalid");
  });
});

describe("a forged token", () => {
  let good = "";
  let pem = "";
  beforeAll(async () => {
    good = await token();
    const key = await crypto.subtle.importKey(
      "spki",
      rsa.publicKey.export({ type: "spki", format: "der" }) as never,
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      true,
      ["verify"],
    );
    pem = await exportSPKI(key);
  });
  const [head, body, code] = [0, 1, 2].map((at) => () => good.split(".")[at] ?? "");
  const unsigned = (alg: unknown) => `${b64({ alg, typ: "JWT" })}.${b64(CLAIMS)}.`;
  const byHmac = (secret: string, header: object = {}) => {
    const text = `${b64({ alg: "HS256", typ: "JWT", ...header })}.${b64(CLAIMS)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };

  const FORGED: [what: string, make: () => string | Promise<string>][] = [
    ["without a signature", () => unsigned("none")],
    ...["None", "NONE", "nOnE", "", null, 0, ["RS256"], {}].map((alg): [string, () => string] => [
      `without a signature, alg ${JSON.stringify(alg)}`,
      () => unsigned(alg),
    ]),
    ["with its signature cut off", () => `${head?.()}.${body?.()}.`],
    ["without the last part", () => `${head?.()}.${body?.()}`],
    ["with another payload", () => `${head?.()}.${b64({ ...CLAIMS, sub: "root" })}.${code?.()}`],
    ["with a longer signature", () => `${good}AAAA`],
    ["with a fourth part", () => `${good}.x`],
    ["with white space in it", () => `${head?.()}. ${body?.()}.${code?.()}`],
    ["by HMAC under the public key as PEM", () => byHmac(pem)],
    ["by HMAC under the public key as PEM without the last line break", () => byHmac(pem.trim())],
    ["by HMAC under the public key as a JWK", () => byHmac(JSON.stringify(KEYS.keys[0]), { kid: "r1" })],
    ["by HMAC under an empty secret", () => byHmac("", { kid: "../../../../dev/null" })],
    ["by HMAC under the modulus", () => byHmac(String((KEYS.keys[0] as { n?: string }).n), { kid: "r1" })],
    ["by a key of the attacker under our name", () => token({ key: theirs.privateKey })],
    [
      "by a key that it brings itself",
      () => token({ key: theirs.privateKey, header: { jwk: jwkOf(theirs.publicKey, {}), kid: undefined } }),
    ],
    [
      "by a key that it brings itself, under our name",
      () => token({ key: theirs.privateKey, header: { jwk: jwkOf(theirs.publicKey, { kid: "r1" }) } }),
    ],
    [
      "by a key from its own URL",
      () => token({ key: theirs.privateKey, header: { jku: "https://evil.test/jwks" } }),
    ],
    [
      "by a certificate from its own URL",
      () => token({ key: theirs.privateKey, header: { x5u: "https://evil.test/c" } }),
    ],
    [
      "by a certificate that it brings itself",
      () => token({ key: theirs.privateKey, header: { x5c: ["MIIB"] } }),
    ],
    [
      "with an extension that we do not know",
      () => `${b64({ alg: "RS256", kid: "r1", crit: ["x"], x: 1 })}.${body?.()}.${code?.()}`,
    ],
    [
      "with a payload that is not encoded",
      () => `${b64({ alg: "RS256", kid: "r1", crit: ["b64"], b64: false })}.${body?.()}.${code?.()}`,
    ],
    ["of an algorithm that is not accepted", () => token({ header: { alg: "RS512" } })],
    ["by PSS under a key for another algorithm", () => token({ header: { alg: "PS256" } })],
    ["of another issuer", () => token({ claims: { ...CLAIMS, iss: "https://issuer.test.evil.test" } })],
    ["without an issuer", () => token({ claims: { ...CLAIMS, iss: undefined } })],
    ["for another audience", () => token({ claims: { ...CLAIMS, aud: "shop-admin" } })],
    ["for no audience", () => token({ claims: { ...CLAIMS, aud: undefined } })],
    ["that expired two minutes ago", () => token({ claims: { ...CLAIMS, exp: NOW - 120 } })],
    ["that never expires", () => token({ claims: { ...CLAIMS, exp: undefined } })],
    ["that expires at a text", () => token({ claims: { ...CLAIMS, exp: "never" } })],
    ["that begins in two minutes", () => token({ claims: { ...CLAIMS, nbf: NOW + 120 } })],
    ["that is no token", () => "a.b.c"],
    ["that is empty", () => ".."],
    ["that is encrypted", () => `${b64({ alg: "RSA-OAEP", enc: "A256GCM" })}.a.b.c.d`],
  ];

  it.each(FORGED)("is refused: %s", async (_what, make) => {
    expect(await verify(make())).toBe("invalid");
  });

  it.each(["r2", "", "../../etc/passwd", "r1' OR '1'='1", "__proto__"])(
    "is of no key that we have: %s",
    async (kid) => {
      expect(await verify(token({ header: { kid } }))).toBe("unknown-key");
    },
  );

  it("is refused if its signature by an elliptic curve is all zeros (CVE-2022-21449)", async () => {
    const text = `${b64({ alg: "ES256", kid: "e1" })}.${b64(CLAIMS)}`;
    expect(await verify(`${text}.${Buffer.alloc(64).toString("base64url")}`)).toBe("invalid");
  });

  it("is refused if it is of another kind than the site wants", async () => {
    const terms = { ...TERMS, type: "at+jwt" };
    expect(await verify(token(), KEYS, terms)).toBe("invalid");
    expect(await verify(token({ header: { typ: "at+jwt" } }), KEYS, terms)).toBe("ann");
  });
});
