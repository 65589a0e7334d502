// Is this a set of public keys (RFC 7517 §5)? Pure.
import { parsedJson } from "../../../shared/parsed-json.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import type { KeySet, PublicKey } from "./auth.ts";

/** Issuers have a handful, even while they rotate. */
const MOST_KEYS = 100;

/** The error says what it is, for the log. A key that is not understood is left out (RFC 7517 §5). */
export function readKeySet(text: string): Result<KeySet, string> {
  const parsed = parsedJson(text);
  if (!isObject(parsed)) return err("it is not JSON of a set of keys");
  const { keys } = parsed;
  if (!Array.isArray(keys)) return err("it has no list of keys");
  const usable = keys.slice(0, MOST_KEYS).filter(isPublicKey);
  return usable.length === 0 ? err("it has no public key") : ok({ keys: usable });
}

/** A set that publishes a symmetric key would make everybody an issuer. */
const isPublicKey = (value: unknown): value is PublicKey =>
  isObject(value) &&
  (value.kty === "RSA" || value.kty === "EC" || value.kty === "OKP") &&
  (value.use === undefined || value.use === "sig") &&
  (value.kid === undefined || typeof value.kid === "string");

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
