// A signed token: has the issuer signed it, for us, and is it still good? A signature is verified once a minute at most, so that a
// client with one token does not pay for it at each request.
import type { Soon } from "../../../shared/soon.ts";
import type { TokenTerms, Way } from "../authentication/auth.ts";
import type { Claims } from "../authentication/claims.ts";
import { type Proof, UNAVAILABLE, WRONG } from "../authentication/proof.ts";
import type { VerifyingKeys } from "../authentication/proving.ts";
import { keysKnown, keysReadAgain } from "./known-key-set.ts";
import type { ProvingPorts } from "./proving-ports.ts";

type ByToken = Extract<Way, { kind: "jwt" | "access" }>;

const KEPT_MS = 60_000;

export function provenByToken(token: string, way: ByToken, ports: ProvingPorts): Soon<Proof> {
  const known = ports.remembered.get(way, token, ports.now());
  return known ?? verified(token, way, ports);
}

async function verified(token: string, way: ByToken, ports: ProvingPorts): Promise<Proof> {
  const keys = await keysOf(way, ports);
  if (!keys) return UNAVAILABLE;
  const found = await ports.proving.verifyToken(token, keys, way.terms, ports.now());
  if (found.ok) return keptAs(found.value, { token, way }, ports);
  if (found.error !== "unknown-key" || way.keys.kind !== "url" || "secret" in keys) return WRONG;
  // The issuer may have begun to sign with another key.
  const newer = await keysReadAgain(way.keys.url, keys, ports);
  if (!newer) return WRONG;
  const again = await ports.proving.verifyToken(token, newer, way.terms, ports.now());
  return again.ok ? keptAs(again.value, { token, way }, ports) : WRONG;
}

async function keysOf({ keys }: ByToken, ports: ProvingPorts): Promise<VerifyingKeys | undefined> {
  switch (keys.kind) {
    case "given":
      return keys.keys;
    case "url":
      return keysKnown(keys.url, ports);
    case "secret": {
      const secret = ports.secrets(keys.site, keys.name, "key");
      return secret === undefined ? undefined : { secret };
    }
  }
}

function keptAs(
  claims: Claims,
  { token, way }: { readonly token: string; readonly way: ByToken },
  { now, remembered }: ProvingPorts,
): Proof {
  const proof: Proof = { kind: "proven", claims };
  const until = Math.min(now() + KEPT_MS, expiryOf(claims, way.terms));
  remembered.keep(way, token, { value: proof, until, weight: token.length });
  return proof;
}

const expiryOf = ({ exp }: Claims, { toleranceSeconds }: TokenTerms): number =>
  (Number(exp) + toleranceSeconds) * 1_000;
