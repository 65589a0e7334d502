// What authentication asks of the world. Interfaces only; adapters/proving.ts implements them.
import type { Result } from "../../../shared/result.ts";
import type { PasswordHash } from "../../../shared/site/auth/password-hash.ts";
import type { KeySet, TokenTerms } from "./auth.ts";
import type { Claims } from "./claims.ts";
import type { LoginProvider } from "./login-provider.ts";

export interface Proving {
  /** HMAC under a key that this isolate has made up: what it remembers of a credential tells nobody the credential. */
  fingerprint(text: string): Promise<string>;
  /** False too if the runtime cannot compute the hash, which the log then says. */
  isPassword(password: string, hash: PasswordHash): Promise<boolean>;
  verifyToken(
    token: string,
    keys: VerifyingKeys,
    terms: TokenTerms,
    now: number,
  ): Promise<Result<Claims, TokenObjection>>;
  /** Under a secret that is not the root secret. */
  signingBy(secret: string): { mac(purpose: string, text: string): Promise<string> };
  /** At an OpenID provider. */
  readonly login: LoginProvider;
  /** Never rejects. The error says why there is no answer. */
  ask(question: Question): Promise<Result<Told, string>>;
}

export type VerifyingKeys = KeySet | { readonly secret: string };

/** `unknown-key`: it names a key that is not among them. */
export type TokenObjection = "unknown-key" | "invalid";

/** A GET, or a POST of a form. No redirect is followed. */
export interface Question {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly form?: Readonly<Record<string, string>>;
  /** Until the whole answer has arrived. */
  readonly withinMs: number;
  /** Of the body. A longer one is an error. */
  readonly maxBytes: number;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}
