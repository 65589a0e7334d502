// Is it the password that was hashed? PBKDF2 and SHA-1 by WebCrypto; what htpasswd makes besides by node:crypto, where the runtime has it.
import { fromBase64, toBase64, withoutPadding } from "../../shared/base64.ts";
import { isSame } from "../../shared/is-same.ts";
import type { PasswordHash } from "../../shared/site/auth/password-hash.ts";
import { bcrypt } from "../admission/authentication/bcrypt.ts";
import { md5Crypt } from "../admission/authentication/md5-crypt.ts";
import { type Hashing, shaCrypt } from "../admission/authentication/sha-crypt.ts";
import type { Log } from "../ports.ts";

export async function isPassword(
  password: string,
  hash: PasswordHash,
  log: Pick<Log, "warn">,
): Promise<boolean> {
  const bytes = new TextEncoder().encode(password) as Uint8Array<ArrayBuffer>;
  switch (hash.kind) {
    case "pbkdf2":
      return isSame(await pbkdf2(bytes, hash), hash.hash);
    case "sha1":
      return isSame(toBase64(await crypto.subtle.digest("SHA-1", bytes)), hash.hash);
    case "bcrypt":
      return isSame(bcrypt(bytes, hash), hash.text);
    case "apr1":
    case "sha256-crypt":
    case "sha512-crypt": {
      const hashing = nodeHashing();
      if (!hashing) {
        log.warn("the runtime cannot compute the hash of a password without nodejs_compat", {
          kind: hash.kind,
        });
        return false;
      }
      return isSame((hash.kind === "apr1" ? md5Crypt : shaCrypt)(bytes, hash, hashing), hash.text);
    }
  }
}

type Pbkdf2 = Pick<Extract<PasswordHash, { kind: "pbkdf2" }>, "iterations" | "salt">;

/** 32 bytes in Base64 without padding. */
export async function pbkdf2(
  password: Uint8Array<ArrayBuffer>,
  { iterations, salt }: Pbkdf2,
): Promise<string> {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations };
  return withoutPadding(toBase64(await crypto.subtle.deriveBits(how, key, 256)));
}

interface NodeCrypto {
  createHash(name: string): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

/** At run time, so that the Worker also loads where there is none. */
function nodeHashing(): Hashing | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const node = process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  if (!node) return undefined;
  return (name, ...parts) => {
    const hash = node.createHash(name);
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
}
