// Verifies a signed token by jose. Only the algorithms that the site accepts, and only the keys of its issuer: nothing in the token
// says with what it is to be verified (RFC 8725 §3.1, §3.10).

import type { JSONWebKeySet } from "jose";
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { type JWTVerifyGetKey, jwtVerify } from "jose/jwt/verify";
import { err, ok, type Result } from "../../shared/result.ts";
import type { KeySet, TokenTerms } from "../admission/authentication/auth.ts";
import type { Claims } from "../admission/authentication/claims.ts";
import type { TokenObjection, VerifyingKeys } from "../admission/authentication/proving.ts";

export async function verifyToken(
  token: string,
  keys: VerifyingKeys,
  { issuer, audience, algorithms, type, toleranceSeconds }: TokenTerms,
  now: number,
): Promise<Result<Claims, TokenObjection>> {
  const options = {
    issuer,
    ...(audience && { audience: [...audience] }),
    algorithms: [...algorithms],
    ...(type !== undefined && { typ: type }),
    clockTolerance: toleranceSeconds,
    currentDate: new Date(now),
    requiredClaims: ["exp"],
  };
  const verifiedBy = async (key: CryptoKey | Uint8Array | JWTVerifyGetKey): Promise<Claims> =>
    (await (typeof key === "function" ? jwtVerify(token, key, options) : jwtVerify(token, key, options)))
      .payload;
  try {
    return ok(await verifiedBy("secret" in keys ? bytesOf(keys.secret) : finderOf(keys)));
  } catch (error) {
    if (error instanceof JWKSNoMatchingKey) return err("unknown-key");
    return error instanceof JWKSMultipleMatchingKeys ? anyOf(error, verifiedBy) : err("invalid");
  }
}

/** The token does not name its key, and the issuer has several of the kind. */
async function anyOf(
  candidates: JWKSMultipleMatchingKeys,
  verifiedBy: (key: CryptoKey) => Promise<Claims>,
): Promise<Result<Claims, TokenObjection>> {
  for await (const key of candidates) {
    try {
      return ok(await verifiedBy(key));
    } catch {
      // Another one may have signed it.
    }
  }
  return err("invalid");
}

const bytesOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

type Finder = ReturnType<typeof createLocalJWKSet>;

/** Imported keys are kept as long as the set. */
const finders = new WeakMap<KeySet, Finder>();

function finderOf(keys: KeySet): Finder {
  let finder = finders.get(keys);
  if (!finder) {
    finder = createLocalJWKSet(keys as JSONWebKeySet);
    finders.set(keys, finder);
  }
  return finder;
}
