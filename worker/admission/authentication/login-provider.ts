// What a login asks of the world besides what all proofs ask. Interface only; adapters/login-provider.ts implements it.
import type { Result } from "../../../shared/result.ts";
import type { Claims } from "./claims.ts";

/** What a provider says of itself (OpenID Connect Discovery 1.0 §3), as far as a login uses it. */
export interface ProviderMetadata {
  /** As its tokens name it. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly jwksUri: string;
  readonly endSessionEndpoint: string | undefined;
  /** The algorithms by which it signs that are safe. */
  readonly algorithms: readonly string[];
  /** All of it, for the adapter. */
  readonly whole: unknown;
}

/** `refused`: the answer is not one for this browser and this login, or the provider says no. `unavailable`: it does not answer. */
export type LoginFailure = { readonly kind: "refused" | "unavailable"; readonly because: string };

export interface Exchange {
  readonly provider: ProviderMetadata;
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly redirectUri: string;
  /** The query of the callback. */
  readonly query: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly usesUserinfo: boolean;
  readonly withinMs: number;
  readonly toleranceSeconds: number;
  readonly now: number;
}

export interface LoginProvider {
  discover(issuer: string, withinMs: number): Promise<Result<ProviderMetadata, string>>;
  /** The challenge of a code verifier (RFC 7636 §4.2). */
  challengeOf(verifier: string): Promise<string>;
  /** The signature of the token is not verified yet. `userinfo`: the claims of the UserInfo endpoint. */
  exchange(
    exchange: Exchange,
  ): Promise<Result<{ readonly idToken: string; readonly userinfo: Claims }, LoginFailure>>;
  /** `key`: 32 bytes in Base64. */
  seal(key: string, text: string): Promise<string>;
  /** Undefined if it was not sealed by this key, or has been changed. */
  open(key: string, sealed: string): Promise<string | undefined>;
}
