// The algorithms by which tokens may be signed (RFC 7518 §3.1). No `none` (RFC 8725 §3.1).

/** With a public key. */
export const PUBLIC_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;
export const SECRET_ALGORITHMS = ["HS256", "HS384", "HS512"] as const;

/** What most issuers use. */
export const USUAL_PUBLIC_ALGORITHMS = ["RS256", "ES256"] as const;
export const USUAL_SECRET_ALGORITHMS = ["HS256"] as const;
