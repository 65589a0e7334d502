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
  /** The team of Cloudflare Access, if it stands in front of the admin hosts: `example`, for example.cloudflareaccess.com. */
  readonly HEADGATE_ACCESS_TEAM?: string;
  /** The audience tag of the application in Access: an assertion for another one is not accepted. */
  readonly HEADGATE_ACCESS_AUDIENCE?: string;
}

export interface AdminSettings {
  /** Opens everything; undefined if only hashes are known. */
  readonly secret: string | undefined;
  readonly tokens: readonly KnownToken[];
  readonly access: AccessSettings | undefined;
}

export interface AccessSettings {
  readonly teamUrl: string;
  readonly audience: string;
}

/** Undefined if nothing lets anybody in: then there is no admin API. The error is a sentence, and holds no secret. */
export function adminSettings(env: AdminEnv): Result<AdminSettings | undefined, string> {
  const { HEADGATE_ADMIN_TOKEN: secret, HEADGATE_ADMIN_TOKENS: hashes } = env;
  const access = accessSettings(env);
  if (!access.ok) return access;
  if (!secret && !hashes && !access.value) return ok(undefined);
  if (secret && secret.length < MIN_TOKEN_LENGTH)
    return err(`HEADGATE_ADMIN_TOKEN is shorter than ${MIN_TOKEN_LENGTH} characters`);
  const tokens = readTokens(hashes ?? "");
  if (!tokens.ok) return err(`HEADGATE_ADMIN_TOKENS: ${tokens.error}`);
  return ok({ secret: secret || undefined, tokens: tokens.value, access: access.value });
}

function accessSettings(env: AdminEnv): Result<AccessSettings | undefined, string> {
  const { HEADGATE_ACCESS_TEAM: team, HEADGATE_ACCESS_AUDIENCE: audience } = env;
  if (!team && !audience) return ok(undefined);
  if (!team || !audience)
    return err("HEADGATE_ACCESS_TEAM and HEADGATE_ACCESS_AUDIENCE must be set together");
  const teamUrl = teamUrlOf(team);
  return teamUrl === undefined
    ? err("HEADGATE_ACCESS_TEAM is not the name of a team, such as example, or its URL")
    : ok({ teamUrl, audience });
}

/** Whoever answers there decides who gets in, so by plain http only this machine may. */
function teamUrlOf(team: string): string | undefined {
  if (/^[a-z\d-]+$/i.test(team)) return `https://${team.toLowerCase()}.cloudflareaccess.com`;
  const url = URL.parse(team);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "127.0.0.1");
  return isSafe && url?.pathname === "/" && url.search === "" ? url.origin : undefined;
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
