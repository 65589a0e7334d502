// Cloudflare Access in front of the admin host: who has logged in there? Access adds a signed assertion to each request. Without the
// check of its signature anybody who reaches the Worker by another way could write one.
import { verifyWithJwks } from "hono/utils/jwt/jwt";
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import { SCOPES } from "../../shared/admin/scopes.ts";
import type { Caller } from "../../shared/admin/tokens.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { AccessKeys } from "../adapters/access-keys.ts";
import type { AccessSettings } from "./admin-settings.ts";

export const ASSERTION = "cf-access-jwt-assertion";

/** Access decides who gets in, so its callers may do everything. Its keys change every few weeks. */
export async function accessCaller(
  assertion: string,
  { teamUrl, audience }: AccessSettings,
  keys: AccessKeys,
): Promise<Result<Caller, AdminRefusal>> {
  for (const isFresh of [false, true]) {
    const known = await keys.of(teamUrl, isFresh);
    if (!known) return err({ reason: "access-unavailable" });
    try {
      const claims = await verifyWithJwks(assertion, {
        keys: [...known],
        allowedAlgorithms: ["RS256"],
        verification: { iss: teamUrl, aud: audience, exp: true, nbf: true },
      });
      // Of a person, or of a service token.
      const name = [claims.email, claims.common_name, claims.sub].find(
        (one) => typeof one === "string" && one !== "",
      );
      if (claims.exp === undefined || name === undefined) break;
      return ok({ name: String(name), scopes: SCOPES });
    } catch {
      // Another key may have signed it since the keys were read.
    }
  }
  return err({ reason: "unknown-token" });
}
