// What does a site need HEADGATE_SECRET for, and where?
import type { Site } from "./schema.ts";

/** `sealed`: a cookie of the edge, for which a secret that is made up for one run will do. `signed`: what others sign too. */
export interface RootSecretNeed {
  readonly keys: readonly PropertyKey[];
  readonly kind: "sealed" | "signed";
  /** Without the secret. */
  readonly fails: string;
  /** Whether nobody gets in then. */
  readonly closes: boolean;
}

export function rootSecretNeeds({ pools, purgeRequests, routes, ...site }: Site): RootSecretNeed[] {
  const sticky = Object.entries(pools).flatMap(([id, pool]) =>
    pool.sticky ? [need(["pools", id, "sticky"], "sealed", "keeps no client at its origin", false)] : [],
  );
  const purges =
    purgeRequests?.signed && purgeRequests.tokens.length === 0
      ? [need(["purgeRequests"], "signed", "takes no signed request to purge", false)]
      : [];
  const doors = [{ part: site, at: [] }, ...routes.map((part, at) => ({ part, at: ["routes", at] }))];
  return [...sticky, ...purges, ...doors.flatMap(({ part, at }) => needsOfDoor(part, at))];
}

function needsOfDoor(
  { auth, challenge }: Pick<Site, "auth" | "challenge">,
  at: readonly PropertyKey[],
): RootSecretNeed[] {
  const way = auth === "off" ? undefined : auth;
  return [
    ...(challenge === undefined || challenge === "off"
      ? []
      : [need([...at, "challenge"], "sealed", "lets nobody in", true)]),
    ...(way?.oidc ? [need([...at, "auth", "oidc"], "sealed", "lets nobody log in", true)] : []),
    ...(way?.signed && way.signed.secret === undefined
      ? [need([...at, "auth", "signed"], "signed", "lets no signed link in", true)]
      : []),
  ];
}

const need = (
  keys: readonly PropertyKey[],
  kind: RootSecretNeed["kind"],
  fails: string,
  closes: boolean,
): RootSecretNeed => ({ keys, kind, fails, closes });
