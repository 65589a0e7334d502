// What a route asks a client to prove, compiled. authenticate.ts carries it out.
import type { ForwardConfig } from "../../../shared/site/auth/forward-schema.ts";
import type { PasswordHash } from "../../../shared/site/auth/password-hash.ts";
import type { ChallengeScheme } from "./challenge.ts";
import type { ClaimCondition } from "./claims.ts";
import type { CredentialPlace } from "./credential-places.ts";
import type { IdentityField } from "./identity-fields.ts";
import type { Login } from "./login.ts";

export interface Auth {
  readonly way: Way;
  readonly challenge: ChallengeScheme;
  readonly realm: string;
  /** Where a request may have its credential. */
  readonly places: readonly CredentialPlace[];
  /** What an origin does not get to see. */
  readonly removes: readonly CredentialPlace[];
  readonly requires: readonly ClaimCondition[];
  readonly fields: readonly IdentityField[];
  /** Caches further out may have the responses. */
  readonly isShared: boolean;
}

export type Way =
  | { readonly kind: "basic"; readonly users: ReadonlyMap<string, PasswordHash> }
  | { readonly kind: "key"; readonly keys: readonly KnownKey[] }
  | { readonly kind: "jwt" | "access"; readonly terms: TokenTerms; readonly keys: KeySource }
  | {
      readonly kind: "signed";
      readonly site: string;
      /** Names of secrets; empty for the key that is derived for the site. */
      readonly secrets: readonly string[];
      readonly query: string;
      readonly methods: ReadonlySet<string>;
    }
  | { readonly kind: "oidc"; readonly login: Login }
  | { readonly kind: "forward"; readonly asks: ForwardConfig };

export interface KnownKey {
  readonly name: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** What has to hold of a token besides its signature. */
export interface TokenTerms {
  readonly issuer: string;
  /** Undefined if it is not looked at. */
  readonly audience: readonly string[] | undefined;
  readonly algorithms: readonly string[];
  readonly type: string | undefined;
  readonly toleranceSeconds: number;
}

export type KeySource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "given"; readonly keys: KeySet }
  | { readonly kind: "secret"; readonly site: string; readonly name: string };

/** RFC 7517 §5. Nothing of it is known to be right before it is imported. */
export interface KeySet {
  readonly keys: readonly PublicKey[];
}

export interface PublicKey {
  readonly kty: string;
  readonly kid?: string | undefined;
}
