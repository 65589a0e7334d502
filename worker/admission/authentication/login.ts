// A login at an OpenID provider, as far as it is data: where a browser is sent, what its cookies hold, and who gets in. Pure.
// OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9700 (the attacks, and what to do against each).

import { fnv1a } from "../../../shared/hash32.ts";
import type { OidcConfig } from "../../../shared/site/auth/oidc-schema.ts";
import { secretNamed } from "../../../shared/site/secret-name.ts";
import type { Asked } from "../../message.ts";
import { type Claims, claimOf, textsOf } from "./claims.ts";

export interface Login {
  readonly site: string;
  readonly issuer: string;
  readonly clientId: string;
  /** The name of its secret; undefined for a public client. */
  readonly secret: string | undefined;
  readonly scope: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly callback: string;
  readonly logout: string;
  readonly ttlMs: number;
  readonly keeps: readonly string[];
  readonly usesUserinfo: boolean;
  readonly withinMs: number;
  readonly toleranceSeconds: number;
  /** Whose sessions are good here: those of the same site, from the same login. */
  readonly realm: string;
  /** Without the prefix that they have over https. */
  readonly sessionCookie: string;
  readonly stateCookies: readonly string[];
  /** Who may come in of those, in words; "" if all may. */
  readonly wants: string;
  mayEnter(claims: Claims): boolean;
}

/** `names`: of the claims that the site file asks for. */
export function compileLogin(config: OidcConfig, site: string, names: readonly string[]): Login {
  const { issuer, clientId, scopes, allow, callback, logout, session, parameters, userinfo, timeout } =
    config;
  // A session is good where the same was asked of the person: a login with a second factor is not had by one without.
  const realm = JSON.stringify([site, issuer, clientId, callback, scopes, parameters, session.ttl]);
  const mark = fnv1a(realm).toString(16).padStart(8, "0");
  const { groupsClaim = "groups" } = allow ?? {};
  return {
    site,
    issuer,
    clientId,
    secret: secretNamed(config.clientSecret ?? ""),
    scope: [...new Set(["openid", ...scopes])].join(" "),
    parameters,
    callback,
    logout,
    ttlMs: session.ttl,
    keeps: [...new Set(["sub", ...session.claims, ...names, ...OF_ALLOW, groupsClaim])],
    usesUserinfo: userinfo,
    withinMs: timeout,
    toleranceSeconds: config.tolerance / 1_000,
    realm,
    ...loginCookies(mark),
    wants: [
      ...(allow?.emailDomains ? [`, with a verified address at ${allow.emailDomains.join(" or ")}`] : []),
      ...(allow?.groups ? [`, in the group ${allow.groups.join(" or ")}`] : []),
    ].join(""),
    mayEnter: (claims) =>
      (!allow?.emailDomains || allow.emailDomains.some((domain) => hasAddressAt(domain, claims))) &&
      (!allow?.groups || textsOf(claims, groupsClaim).some((group) => allow.groups?.includes(group))),
  };
}

/** Who may enter is looked at again at each request. */
const OF_ALLOW = ["email", "email_verified"];

/** So many logins of one browser may be under way, as in several tabs that a person opens at once. */
const SLOTS = 8;

const loginCookies = (mark: string) => ({
  sessionCookie: `hg-session-${mark}`,
  stateCookies: Array.from({ length: SLOTS }, (_, slot) => `hg-login-${mark}-${slot}`),
});

/** In which cookie a login with this state is; undefined if it is no state of ours. */
export function stateCookieOf(
  { stateCookies }: Pick<Login, "stateCookies">,
  state: string | null,
): string | undefined {
  return state !== null && /^[0-9a-f]{32}$/.test(state)
    ? stateCookies[Number.parseInt(state.charAt(0), 16) % SLOTS]
    : undefined;
}

/** An address that is not verified is only what somebody has typed in. */
function hasAddressAt(domain: string, claims: Claims): boolean {
  const email = claimOf(claims, "email");
  if (claimOf(claims, "email_verified") !== true || typeof email !== "string") return false;
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase() === domain && email.includes("@");
}

/** What the browser that began a login holds, sealed. Only it can end the login. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Path and query of the page that was asked for. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Longer, and nobody remembers what he wanted to log in for. */
export const BEGUN_FOR_MS = 10 * 60_000;

export interface Session {
  readonly claims: Claims;
  readonly until: number;
}

export const redirectUri = ({ scheme, authority }: Asked, { callback }: Login): string =>
  `${scheme}://${authority}${callback}`;

/** OpenID Connect Core §3.1.2.1. What the endpoint has in its query stays. */
export function authorizationUrl(
  endpoint: string,
  login: Login,
  begun: Pick<Begun, "state" | "nonce">,
  given: { readonly challenge: string; readonly redirectUri: string },
): string {
  const url = new URL(endpoint);
  const parameters = {
    ...login.parameters,
    response_type: "code",
    client_id: login.clientId,
    redirect_uri: given.redirectUri,
    scope: login.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: given.challenge,
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** OpenID Connect RP-Initiated Logout 1.0 §2. */
export function endSessionUrl(endpoint: string, { clientId }: Login, { scheme, authority }: Asked): string {
  const url = new URL(endpoint);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("post_logout_redirect_uri", `${scheme}://${authority}/`);
  return url.href;
}

/** Only what the session keeps: the rest would make the cookie too long for a browser. */
export function keptClaims(claims: Claims, { keeps }: Login): Claims {
  const kept = keeps.flatMap((name) => {
    const value = claimOf(claims, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

/** Undefined if it is nothing that this edge has sealed for this purpose. */
export function readBegun(text: string, now: number): Begun | undefined {
  const { state, nonce, verifier, to, until } = objectIn(text);
  const texts = [state, nonce, verifier, to];
  if (!texts.every((one) => typeof one === "string") || typeof until !== "number" || until <= now)
    return undefined;
  return { state, nonce, verifier, to, until } as Begun;
}

export function readSession(text: string, now: number): Session | undefined {
  const { claims, until } = objectIn(text);
  if (typeof claims !== "object" || claims === null || typeof until !== "number" || until <= now)
    return undefined;
  return { claims: claims as Claims, until };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A place on this site: the scheme and host are written out, so that `//evil.example` is a path. */
export const placeOnSite = ({ scheme, authority }: Asked, to: string): string =>
  `${scheme}://${authority}${to.startsWith("/") ? to : "/"}`;

/** The page to come back to. The paths of the login itself are none. */
export function pageToComeBackTo({ path, query }: Asked, { callback, logout }: Login): string {
  if (path === callback || path === logout) return "/";
  const target = query === "" ? path : `${path}?${query}`;
  return target.length <= LONGEST_TARGET ? target : path.length <= LONGEST_TARGET ? path : "/";
}

/** It is in a cookie, of which browsers take 4 KB. */
const LONGEST_TARGET = 1_024;
export const LONGEST_COOKIE = 3_900;
