// Cloudflare Access in front of the admin host: who has logged in there? Access adds a signed assertion to each request. Without the
// check of its signature anybody who reaches the Worker by another way could write one.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import { SCOPES } from "../../shared/admin/scopes.ts";
import type { Caller } from "../../shared/admin/tokens.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { AccessKeys } from "../adapters/access-keys.ts";
import type { World } from "../ports.ts";
import type { AccessSettings } from "./admin-settings.ts";

export const ASSERTION = "cf-access-jwt-assertion";

export type AccessPorts = Pick<World, "now" | "proving"> & { readonly keys: AccessKeys };

/** Access decides who gets in, so its callers may do everything. Its keys change every few weeks. */
export async function accessCaller(
  assertion: string,
  { teamUrl, audience }: AccessSettings,
  { keys, now, proving }: AccessPorts,
): Promise<Result<Caller, AdminRefusal>> {
  const terms = {
    issuer: teamUrl,
    audience: [audience],
    algorithms: ["RS256"],
    type: undefined,
    toleranceSeconds: 0,
  };
  for (const isFresh of [false, true]) {
    const known = await keys.of(teamUrl, isFresh);
    if (!known) return err({ reason: "access-unavailable" });
    const verified = await proving.verifyToken(assertion, known, terms, now());
    if (!verified.ok) continue; // another key may have signed it since the keys were read
    const { email, common_name, sub } = verified.value;
    // Of a person, or of a service token.
    const name = [email, common_name, sub].find((one) => typeof one === "string" && one !== "");
    return name === undefined ? err({ reason: "unknown-token" }) : ok({ name: String(name), scopes: SCOPES });
  }
  return err({ reason: "unknown-token" });
}
