// The key `auth` of a site or a route, compiled. Pure.
import type { AccessConfig, JwtConfig } from "../../../shared/site/auth/jwt-schema.ts";
import { readPasswordHash } from "../../../shared/site/auth/password-hash.ts";
import {
  USUAL_PUBLIC_ALGORITHMS,
  USUAL_SECRET_ALGORITHMS,
} from "../../../shared/site/auth/token-algorithms.ts";
import type { AuthConfig } from "../../../shared/site/auth-schema.ts";
import { secretNamed } from "../../../shared/site/secret-name.ts";
import { usualSpelling } from "../../routing/spellings.ts";
import type { Auth, KeySource, PublicKey, TokenTerms, Way } from "./auth.ts";
import { compileClaims } from "./claims.ts";
import type { CredentialPlace } from "./credential-places.ts";
import { compileLogin } from "./login.ts";

const USUAL_HEADER = "x-api-key";
export const ACCESS_ASSERTION = "cf-access-jwt-assertion";
const ACCESS_COOKIE = "CF_Authorization";

type Proving = Pick<Auth, "way" | "challenge" | "places"> & { readonly removes?: readonly CredentialPlace[] };

/** Expects what the schema and the checks have let through. `site` is the name of the site. */
export function compileAuth(config: AuthConfig, site: string): Auth {
  const { removes, ...proving } = provingOf(config, site);
  return {
    ...proving,
    realm: config.basic?.realm ?? site.replaceAll("*", "any"),
    removes: config.passCredentials ? [] : (removes ?? proving.places),
    requires: compileClaims(config.require),
    fields: fieldsOf(config),
    isShared: config.shared,
  };
}

/** What it answers becomes fields of the request under the same names. */
function fieldsOf({ fields = {}, forward }: AuthConfig): Auth["fields"] {
  const received = (forward?.receive ?? []).map((name) => ({ name, claim: name }));
  return [...received, ...Object.entries(fields).map(([name, claim]) => ({ name, claim }))];
}

function provingOf(config: AuthConfig, site: string): Proving {
  const { basic, key, jwt, access, signed, oidc, forward } = config;
  if (basic) {
    const users = Object.entries(basic.users).flatMap(([name, text]) => {
      const hash = readPasswordHash(text);
      return hash ? [[name, hash] as const] : [];
    });
    const places = [{ in: "authorization", scheme: "Basic" }] as const;
    return { way: { kind: "basic", users: new Map(users) }, challenge: "Basic", places };
  }
  if (key) {
    const places = placesOfKey(key);
    const isBearer = places.some((place) => place.in === "authorization");
    const keys = Object.entries(key.keys).map(([name, sha256]) => ({ name, sha256 }));
    return { way: { kind: "key", keys }, challenge: isBearer ? "Bearer" : "ApiKey", places };
  }
  if (jwt) return { way: byToken(jwt, site), challenge: "Bearer", places: [placeOfToken(jwt)] };
  if (access) return byAccess(access);
  if (signed) {
    const { query, cookie, secret = [] } = signed;
    const methods = new Set(signed.methods.includes("GET") ? [...signed.methods, "HEAD"] : signed.methods);
    const secrets = secret.flatMap((text) => secretNamed(text) ?? []);
    return {
      way: { kind: "signed", site, secrets, query, methods },
      challenge: "Signed",
      places: [
        { in: "query", name: query },
        { in: "cookie", name: cookie },
      ],
    };
  }
  if (oidc) {
    const named = [...Object.keys(config.require ?? {}), ...Object.values(config.fields ?? {})];
    // Its cookies are the edge's own, which no origin gets in any case.
    return {
      way: { kind: "oidc", login: compileLogin(oidc, site, named) },
      challenge: "Login",
      places: [],
      removes: [],
    };
  }
  if (!forward) throw new Error("auth names no way: the site was not validated");
  // Which of the fields that it sees is the credential, only the other server knows.
  return { way: { kind: "forward", asks: forward }, challenge: "Bearer", places: [], removes: [] };
}

function placesOfKey({ header, query, cookie }: NonNullable<AuthConfig["key"]>): CredentialPlace[] {
  const named = header ?? (query === undefined && cookie === undefined ? USUAL_HEADER : undefined);
  return [
    ...(named === undefined ? [] : [headerPlace(named)]),
    ...(query === undefined ? [] : [{ in: "query", name: query } as const]),
    ...(cookie === undefined ? [] : [{ in: "cookie", name: cookie } as const]),
  ];
}

const headerPlace = (name: string): CredentialPlace =>
  name === "authorization" ? { in: "authorization", scheme: "Bearer" } : { in: "header", name };

const placeOfToken = ({ header, cookie }: JwtConfig): CredentialPlace =>
  cookie === undefined ? headerPlace(header ?? "authorization") : { in: "cookie", name: cookie };

function byToken({ jwks, keys, secret, ...config }: JwtConfig, site: string): Way {
  const { issuer, audience, algorithms, type, tolerance } = config;
  const terms: TokenTerms = {
    issuer,
    audience: audience === "any" ? undefined : audience,
    algorithms: algorithms ?? (secret === undefined ? USUAL_PUBLIC_ALGORITHMS : USUAL_SECRET_ALGORITHMS),
    type,
    toleranceSeconds: tolerance / 1_000,
  };
  return { kind: "jwt", terms, keys: sourceOf({ jwks, keys, secret }, site) };
}

function sourceOf(
  { jwks, keys, secret }: Pick<JwtConfig, "jwks" | "keys" | "secret">,
  site: string,
): KeySource {
  if (jwks !== undefined) return { kind: "url", url: jwks };
  if (keys !== undefined) return { kind: "given", keys: { keys: keys as unknown as readonly PublicKey[] } };
  return { kind: "secret", site, name: secretNamed(secret ?? "") ?? "" };
}

/** https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/ */
function byAccess({ team, audience, tolerance }: AccessConfig): Proving {
  const issuer = `https://${team}.cloudflareaccess.com`;
  const terms = {
    issuer,
    audience,
    algorithms: ["RS256"],
    type: undefined,
    toleranceSeconds: tolerance / 1_000,
  };
  const place = { in: "header", name: ACCESS_ASSERTION } as const;
  return {
    way: { kind: "access", terms, keys: { kind: "url", url: `${issuer}/cdn-cgi/access/certs` } },
    challenge: "Bearer",
    places: [place],
    // The cookie has the same token.
    removes: [place, { in: "cookie", name: ACCESS_COOKIE }],
  };
}

/** The fields that an origin takes for the client's identity, in their usual spelling. */
export const identityNamesOf = (configs: readonly AuthConfig[]): ReadonlySet<string> =>
  new Set(configs.flatMap((config) => fieldsOf(config).map(({ name }) => usualSpelling(name))));
