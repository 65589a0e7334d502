// Is there an admin API, on which hosts, and whom does it let in? From the variables of the Worker. Pure.
import { type KnownToken, MIN_TOKEN_LENGTH, readTokens } from "../../shared/admin/tokens.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { readAuthority } from "../routing/hosts.ts";

export interface AdminEnv {
  /** The hosts of the admin API. None of them may be a host of a site. */
  readonly HEADGATE_ADMIN_HOST?: string;
  /** The secret that opens all of it. */
  readonly HEADGATE_ADMIN_TOKEN?: string;
  /** Further tokens, as hashes: `ci:purge+publish:<sha256>`. */
  readonly HEADGATE_ADMIN_TOKENS?: string;
}

export interface AdminSettings {
  /** Opens everything; undefined if only hashes are known. */
  readonly secret: string | undefined;
  readonly tokens: readonly KnownToken[];
}

/** Undefined if nothing lets anybody in: then there is no admin API. The error is a sentence, and holds no secret. */
export function adminSettings(env: AdminEnv): Result<AdminSettings | undefined, string> {
  const { HEADGATE_ADMIN_TOKEN: secret, HEADGATE_ADMIN_TOKENS: hashes } = env;
  if (!secret && !hashes) return ok(undefined);
  if (secret && secret.length < MIN_TOKEN_LENGTH)
    return err(`HEADGATE_ADMIN_TOKEN is shorter than ${MIN_TOKEN_LENGTH} characters`);
  const tokens = readTokens(hashes ?? "");
  if (!tokens.ok) return err(`HEADGATE_ADMIN_TOKENS: ${tokens.error}`);
  return ok({ secret: secret || undefined, tokens: tokens.value });
}

/**
 * Finds the URLs of the admin hosts. Undefined if there is none, so that other requests pay nothing. It only matches what names
 * the host plainly: any other spelling goes to the sites, which refuse it or have it.
 */
export function adminUrls(hosts: string | undefined): RegExp | undefined {
  const names = (hosts ?? "")
    .split(/[\s,]+/)
    .filter((name) => name !== "" && readAuthority(name, "https")?.host === name.toLowerCase());
  if (names.length === 0) return undefined;
  return new RegExp(
    `^https?://(?:${names.map((name) => name.replace(/[.[\]]/g, "\\$&")).join("|")})(?::\\d+)?(?:[/?]|$)`,
    "i",
  );
}
