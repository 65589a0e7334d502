// What came of the attempt to find out who asks.
import type { Reply } from "../../message.ts";
import type { Claims } from "./claims.ts";

export type Proof =
  | { readonly kind: "proven"; readonly claims: Claims; readonly setCookies?: readonly string[] }
  /** `isWrong`: it has shown a credential, which is not a good one. */
  | { readonly kind: "unproven"; readonly isWrong: boolean }
  /** What would know cannot be asked. Fails closed: nobody gets in. */
  | { readonly kind: "unavailable" }
  /** A login has come to no good end. */
  | { readonly kind: "failed" | "forbidden"; readonly setCookies: readonly string[] }
  /** Another server has answered in place of the route. */
  | { readonly kind: "answered"; readonly reply: Reply };

export const NOTHING_SHOWN: Proof = { kind: "unproven", isWrong: false };
export const WRONG: Proof = { kind: "unproven", isWrong: true };
export const UNAVAILABLE: Proof = { kind: "unavailable" };

export const provenAs = (sub: string): Proof => ({ kind: "proven", claims: { sub } });
