// What of a site concerns who its clients are, compiled for all of its routes. Pure.

import { asksForClaims } from "../../../shared/site/auth/asks-for-claims.ts";
import type { AuthConfig } from "../../../shared/site/auth-schema.ts";
import type { Site, SiteRoute } from "../../../shared/site/schema.ts";
import { type Identify, PASS, type Rule } from "../admission.ts";
import type { Auth } from "./auth.ts";
import { ACCESS_ASSERTION, compileAuth, identityNamesOf } from "./compile-auth.ts";
import type { IdentityNames } from "./identity-fields.ts";
import { removeField } from "./without-credentials.ts";
import { wantsOf } from "./words.ts";

export interface SiteIdentity extends IdentityNames {
  /** What the site asks of all routes that do not say it themselves. */
  readonly auth: Auth | null;
  /** Set if claims decide which route takes a request. */
  readonly identify: Identify | undefined;
  /** Whether some route believes the assertion of Cloudflare Access. */
  readonly usesAccess: boolean;
  /** Query parameters that are credentials somewhere on the site. No log has them. */
  readonly secretParameters: readonly string[];
}

/** Null if the site authenticates nobody. */
export function siteIdentity(site: Site): SiteIdentity | null {
  const configs = configsOf(site);
  if (configs.length === 0) return null;
  const parameters = configs.flatMap(({ key, signed, oidc }) =>
    [key?.query ?? [], signed?.query ?? [], oidc ? ["code", "state"] : []].flat(),
  );
  const auth = isOpen(site.auth) ? null : compileAuth(site.auth, String(site.hosts[0]));
  const isAsked = auth !== null && site.routes.some(({ match }) => match && asksForClaims(match));
  return {
    names: identityNamesOf(configs),
    auth,
    identify: isAsked ? { kind: "identify", name: "auth", wants: wantsOf(auth), auth } : undefined,
    usesAccess: configs.some(({ access }) => access !== undefined),
    secretParameters: [...new Set(parameters)],
  };
}

/** The cookies of logins, which are the edge's own. */
export const loginCookies = (site: Site): string[] =>
  configsOf(site).flatMap((config) => {
    const { way } = compileAuth(config, String(site.hosts[0]));
    return way.kind === "oidc" ? [way.login.sessionCookie, ...way.login.stateCookies] : [];
  });

const configsOf = (site: Site): AuthConfig[] =>
  [site, ...site.routes].flatMap(({ auth }) => (isOpen(auth) ? [] : [auth]));

const isOpen = (auth: Site["auth"]): auth is "off" | undefined => auth === undefined || auth === "off";

/** That of the route stands in place of that of the site; `off` opens the route. */
export function authOf(site: Site, identity: SiteIdentity | null, route: SiteRoute | undefined): Auth | null {
  if (route?.auth === undefined) return identity?.auth ?? null;
  return isOpen(route.auth) ? null : compileAuth(route.auth, String(site.hosts[0]));
}

/** What the site asks before it chooses this route, if claims choose it. The route itself may be open. */
export const chosenBy = (
  identity: SiteIdentity | null,
  route: Pick<SiteRoute, "match"> | undefined,
): Auth | null => (route?.match && asksForClaims(route.match) ? (identity?.auth ?? null) : null);

/** Where it is not verified, the assertion of Cloudflare Access is only what a client says of itself. */
export function assertionNotBelieved(identity: SiteIdentity | null, auth: Auth | null): Rule[] {
  if (!identity?.usesAccess || auth?.way.kind === "access") return [];
  return [
    {
      name: "auth",
      wants: `no ${ACCESS_ASSERTION}, which is not verified here: it is taken out`,
      judge: (asked) => {
        if (!asked.headers.has(ACCESS_ASSERTION)) return PASS;
        const headers = new Headers(asked.headers);
        removeField(headers, ACCESS_ASSERTION, asked);
        return { kind: "pass", asked: { ...asked, headers } };
      },
    },
  ];
}
