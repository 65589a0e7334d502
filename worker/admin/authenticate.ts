// Who calls, and what may they do? A bearer token, compared by its hash; or whoever Cloudflare Access has let in.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import { SCOPES } from "../../shared/admin/scopes.ts";
import { type Caller, type KnownToken, tokenOf } from "../../shared/admin/tokens.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { World } from "../ports.ts";
import { type AccessPorts, ASSERTION, accessCaller } from "./access.ts";
import type { AdminSettings } from "./admin-settings.ts";

/** A longer one is nobody's, and is not worth a digest. */
const MAX_TOKEN_LENGTH = 4_096;

/** What the audit log calls the holder of HEADGATE_ADMIN_TOKEN. */
export const ADMIN = "admin";

export async function authenticate(
  request: Request,
  { secret, tokens, access }: AdminSettings,
  { digest, ...ports }: Pick<World, "digest"> & AccessPorts,
): Promise<Result<Caller, AdminRefusal>> {
  const [, token] = /^bearer +([^\s,]+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const assertion = request.headers.get(ASSERTION);
  if (token === undefined && access && assertion !== null) return accessCaller(assertion, access, ports);
  if (token === undefined) return err({ reason: "no-token" });
  if (token.length > MAX_TOKEN_LENGTH) return err({ reason: "unknown-token" });
  const hashOf = (text: string) => digest(new TextEncoder().encode(text));
  const known: KnownToken[] = [...tokens];
  if (secret !== undefined) known.push({ name: ADMIN, scopes: SCOPES, sha256: await hashOf(secret) });
  const found = tokenOf(await hashOf(token), known);
  return found ? ok(found) : err({ reason: "unknown-token" });
}

/**
 * A browser says on whose behalf it asks. No page has a token, but with another way to log in a cookie may stand for one. The
 * API has no page of its own, so only a page of its own origin may ask.
 */
export function isCrossSite(request: Request): boolean {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  return origin !== null && origin !== originOf(request.url);
}

const originOf = (url: string): string | undefined => /^https?:\/\/[^/?#]*/.exec(url)?.[0].toLowerCase();
