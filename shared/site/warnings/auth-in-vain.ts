// Parts of `auth` that have no effect, or less than people expect.

import { isWeak, readPasswordHash } from "../auth/password-hash.ts";
import type { AuthConfig } from "../auth-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

export function authInVain(site: Site): Problem[] {
  const places: [Site["auth"], Keys][] = [
    [site.auth, ["auth"]],
    ...site.routes.map(({ auth }, index): [Site["auth"], Keys] => [auth, ["routes", index, "auth"]]),
  ];
  const found = places.flatMap(([auth, keys]) =>
    auth === undefined || auth === "off" ? [] : warningsIn(auth, keys),
  );
  return [...found, ...nothingOff(site)];
}

/** `off` opens what nobody has closed. */
function nothingOff(site: Site): Problem[] {
  if (site.auth !== undefined) return [];
  return site.routes.flatMap(({ auth }, index) =>
    auth === "off"
      ? [problemAt(["routes", index, "auth"], "has no effect: the site asks nobody anyway")]
      : [],
  );
}

function warningsIn(
  { basic, jwt, signed, forward, passCredentials, require }: AuthConfig,
  keys: Keys,
): Problem[] {
  const weak = Object.entries(basic?.users ?? {}).flatMap(([name, text]) => {
    const hash = readPasswordHash(text);
    return hash && isWeak(hash)
      ? [
          problemAt(
            [...keys, "basic", "users", name],
            "is a hash that is guessed fast; make one with `headgate hash`",
          ),
        ]
      : [];
  });
  const anybody =
    jwt?.audience === "any" && !require
      ? [
          problemAt(
            [...keys, "jwt", "audience"],
            "lets tokens in that the issuer made for other applications",
          ),
        ]
      : [];
  const passed =
    forward && passCredentials
      ? [
          problemAt(
            [...keys, "passCredentials"],
            "has no effect with `forward`: what it sends is passed on anyway",
          ),
        ]
      : [];
  const nobody =
    signed && require && Object.keys(require).some((name) => name !== "sub")
      ? [problemAt([...keys, "require"], "lets nobody in: a signature has no claim but `sub`")]
      : [];
  return [...weak, ...anybody, ...passed, ...nobody];
}
