// Can anybody get in, and nobody else? Faults of the key `auth` that its shape does not show.

import { asksForClaims } from "../auth/asks-for-claims.ts";
import type { JwtConfig } from "../auth/jwt-schema.ts";
import { SECRET_ALGORITHMS } from "../auth/token-algorithms.ts";
import type { AuthConfig } from "../auth-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

const WAYS = ["basic", "key", "jwt", "access", "signed", "oidc", "forward"] as const;

export function authFaults(site: Site): Problem[] {
  const places: [Site["auth"], Keys][] = [
    [site.auth, ["auth"]],
    ...site.routes.map(({ auth }, index): [Site["auth"], Keys] => [auth, ["routes", index, "auth"]]),
  ];
  const ofAll = places.flatMap(([auth, keys]) =>
    auth === undefined || auth === "off" ? [] : faultsIn(auth, keys),
  );
  return [
    ...ofAll,
    ...loginFaults(places),
    ...(site.auth === "off" ? [nothingToOpen()] : []),
    ...claimsOfNobody(site),
  ];
}

/** Two logins at one path: by which of them a browser comes back would be anybody's guess. */
function loginFaults(places: readonly (readonly [Site["auth"], Keys])[]): Problem[] {
  const taken = new Map<string, string>();
  return places.flatMap(([auth, keys]) => {
    if (auth === undefined || auth === "off" || !auth.oidc) return [];
    const { callback, logout } = auth.oidc;
    const text = JSON.stringify(auth.oidc);
    if (callback === logout)
      return [problemAt([...keys, "oidc", "logout"], "is the path of `callback` too; name another one")];
    return [callback, logout].flatMap((path, at) => {
      const other = taken.get(path);
      taken.set(path, text);
      if (other === undefined || other === text) return [];
      const message = `is taken by another login of the site (${path}); name another path, or write the same \`oidc\` in both places`;
      return [problemAt([...keys, "oidc", at === 0 ? "callback" : "logout"], message)];
    });
  });
}

/** Before the route is known, only the site can ask. */
function claimsOfNobody({ auth, routes }: Site): Problem[] {
  if (auth !== undefined && auth !== "off") return [];
  return routes.flatMap(({ match }, index) =>
    match && asksForClaims(match)
      ? [problemAt(["routes", index, "match"], "asks for claims, which nobody has: write `auth` of the site")]
      : [],
  );
}

const nothingToOpen = (): Problem =>
  problemAt(["auth"], "has no effect: a site asks nobody unless it says how; remove it");

function faultsIn(auth: AuthConfig, keys: Keys): Problem[] {
  const named = WAYS.filter((way) => auth[way] !== undefined);
  return [
    ...waysFaults(named, keys),
    ...(auth.jwt ? tokenFaults(auth.jwt, [...keys, "jwt"]) : []),
    ...fieldFaults(auth, keys),
  ];
}

function waysFaults(named: readonly string[], keys: Keys): Problem[] {
  if (named.length === 1) return [];
  if (named.length === 0)
    return [
      problemAt(keys, `does not say how clients prove who they are; write one of ${listed(WAYS, "or")}`),
    ];
  return [problemAt(keys, `has ${listed(named, "and")}; a route asks for one proof, so keep one of them`)];
}

const listed = (names: readonly string[], word: string): string => {
  const quoted = names.map((name) => `\`${name}\``);
  return `${quoted.slice(0, -1).join(", ")} ${word} ${quoted.at(-1)}`;
};

function tokenFaults(jwt: JwtConfig, keys: Keys): Problem[] {
  const sources = (["jwks", "keys", "secret"] as const).filter((name) => jwt[name] !== undefined);
  const ofSources =
    sources.length === 1
      ? []
      : [
          problemAt(
            keys,
            sources.length === 0
              ? "does not say by which keys tokens are verified; write `jwks`, `keys` or `secret`"
              : `has ${listed(sources, "and")}; tokens are verified by one of them, so keep one`,
          ),
        ];
  const ofPlaces =
    jwt.header !== undefined && jwt.cookie !== undefined
      ? [problemAt([...keys, "cookie"], "has no effect beside `header`; keep one of them", { atKey: true })]
      : [];
  return [...ofSources, ...algorithmFaults(jwt, keys), ...ofPlaces];
}

/** Whoever has a public key could sign with it as if it were a secret. So the two kinds are never accepted together. */
function algorithmFaults({ algorithms = [], secret }: JwtConfig, keys: Keys): Problem[] {
  return algorithms.flatMap((name, at) => {
    const isOfSecrets = (SECRET_ALGORITHMS as readonly string[]).includes(name);
    if (isOfSecrets === (secret !== undefined)) return [];
    const message = isOfSecrets
      ? `needs \`secret\`: by a public key, which everybody has, ${name} would prove nothing`
      : `needs a public key; a secret signs by ${listed(SECRET_ALGORITHMS, "or")}`;
    return [problemAt([...keys, "algorithms", at], message)];
  });
}

/** A field of two meanings would tell the origin the second one. */
function fieldFaults({ fields = {}, forward }: AuthConfig, keys: Keys): Problem[] {
  return (forward?.receive ?? []).flatMap((name) =>
    Object.hasOwn(fields, name)
      ? [
          problemAt([...keys, "fields", name], "is received already (`forward.receive`); remove it", {
            atKey: true,
          }),
        ]
      : [],
  );
}
