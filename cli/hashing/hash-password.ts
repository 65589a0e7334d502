// The hash of a password as a site file has it, and keys for clients.
import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { MAX_ITERATIONS } from "../../shared/site/auth/password-hash.ts";

/** As many rounds as the platform computes. */
export function hashPassword(password: string, salt: Buffer = randomBytes(16)): string {
  const hash = pbkdf2Sync(password, salt, MAX_ITERATIONS, 32, "sha256");
  return `$pbkdf2-sha256$i=${MAX_ITERATIONS}$${bare(salt)}$${bare(hash)}`;
}

const bare = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

export interface MadeKey {
  readonly key: string;
  readonly sha256: string;
}

/** 256 random bits, so that a single round is enough for its hash. */
export function makeKey(key = randomBytes(32).toString("base64url")): MadeKey {
  return { key, sha256: createHash("sha256").update(key).digest("hex") };
}
