// Does a site need HEADGATE_SECRET, which is not in the environment? The edge may have it all the same, so this is a warning.
import { randomBytes } from "node:crypto";
import { type Problem, problemAt } from "../shared/site/problem.ts";
import type { Site } from "../shared/site/schema.ts";
import { isChallenged } from "../worker/admission/challenge/challenge.ts";

export function missingSecret(
  site: Site,
  { HEADGATE_SECRET: secret }: NodeJS.ProcessEnv = process.env,
): Problem[] {
  if (secret) return [];
  const sticky = Object.entries(site.pools).flatMap(([id, pool]) =>
    pool.sticky ? [missed(["pools", id, "sticky"], "keeps no client at its origin")] : [],
  );
  const places = [[] as const, ...site.routes.map((_route, at) => ["routes", at] as const)];
  const challenges = [site, ...site.routes].flatMap(({ challenge }, at) =>
    isChallenged(challenge) ? [missed([...(places[at] ?? []), "challenge"], "lets nobody in")] : [],
  );
  const logins = [site, ...site.routes].flatMap(({ auth }, at) =>
    auth !== undefined && auth !== "off" && auth.oidc
      ? [missed([...(places[at] ?? []), "auth", "oidc"], "lets nobody log in")]
      : [],
  );
  return [...sticky, ...challenges, ...logins];
}

const missed = (path: readonly PropertyKey[], what: string): Problem =>
  problemAt(
    path,
    `needs the secret HEADGATE_SECRET, which is not set here: an edge without it ${what}; \`serve\` and \`dev\` make one up for each run`,
    { atKey: true },
  );

/** For the processes of one run, as HEADGATE_RUN_SECRET: the sessions end with it. */
export const madeUpSecret = (): string => randomBytes(32).toString("hex");
