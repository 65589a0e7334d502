// What follows from what came of the proof: may the request go on, and as what? Pure.
import type { Asked } from "../../message.ts";
import type { Finding, ReplyField } from "../admission.ts";
import type { Auth } from "./auth.ts";
import { challengeOf } from "./challenge.ts";
import { type Claims, textsOf } from "./claims.ts";
import { asProven } from "./identity-fields.ts";
import type { Proof } from "./proof.ts";

export function findingOf(proof: Proof, auth: Auth, asked: Asked): Finding {
  switch (proof.kind) {
    case "answered":
      return proof;
    case "unavailable":
      return { kind: "refused", refusal: { reason: "auth-unavailable" } };
    case "unproven": {
      const challenge = challengeOf(auth.challenge, auth.realm, proof.isWrong);
      return {
        kind: "refused",
        refusal: { reason: "unauthenticated" },
        fields: [["www-authenticate", challenge]],
      };
    }
    case "failed":
      return { kind: "refused", refusal: { reason: "login-failed" }, fields: cookiesOf(proof) };
    case "forbidden":
      return { kind: "refused", refusal: { reason: "forbidden" }, fields: cookiesOf(proof) };
    case "proven":
      return admittedAs(proof, auth, asked);
  }
}

const cookiesOf = ({ setCookies }: { readonly setCookies: readonly string[] }): ReplyField[] =>
  setCookies.map((one) => ["set-cookie", one]);

function admittedAs(
  { claims, setCookies }: Extract<Proof, { kind: "proven" }>,
  auth: Auth,
  asked: Asked,
): Finding {
  const { way, requires } = auth;
  if (way.kind === "oidc" && !way.login.mayEnter(claims))
    return { kind: "refused", refusal: { reason: "forbidden" } };
  if (!requires.every((condition) => condition.holds(claims)))
    return { kind: "refused", refusal: { reason: "forbidden" } };
  return {
    kind: "pass",
    asked: asProven(asked, auth, claims),
    identity: { scheme: way.kind, subject: subjectOf(claims), claims },
    ...(setCookies?.length && { replyFields: setCookies.map((one) => ["set-cookie", one] as const) }),
  };
}

/** Tokens of services have no `sub` at some issuers. */
export function subjectOf(claims: Claims): string {
  if (typeof claims.sub === "string") return claims.sub;
  return ["sub", "email", "common_name", "client_id"].flatMap((name) => textsOf(claims, name))[0] ?? "";
}
