// Sites whose clients have to meet something before they get in.
import { createSign, generateKeyPairSync } from "node:crypto";
import type { Changes } from "./sites.ts";

const ISSUER = "https://id.bench.test";
const AUDIENCE = "bench";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });

/** Of a client of `BY_TOKEN`, good for a day. */
export function token(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: "RS256", kid: "1" })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: "ann", iat: now, exp: now + 86_400 })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

const jwt = {
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] as never,
};

export const BY_TOKEN: Changes = { auth: { jwt } };

/** The origin is told who asks, so each client has responses of its own. */
export const BY_TOKEN_AND_TOLD: Changes = { auth: { jwt, fields: { "x-user": "sub" } } };

export const BY_LIST: Changes = {
  lists: { many: { ranges: Array.from({ length: 1_000 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`) } },
  access: { deny: { list: "many" } },
};
