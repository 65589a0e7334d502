// Does a site need HEADGATE_SECRET, which is not in the environment? The edge may have it all the same, so this is a warning.
import { randomBytes } from "node:crypto";
import { type Problem, problemAt } from "../shared/site/problem.ts";
import type { Site } from "../shared/site/schema.ts";

export function missingSecret(
  site: Site,
  { HEADGATE_SECRET: secret }: NodeJS.ProcessEnv = process.env,
): Problem[] {
  if (secret) return [];
  return Object.entries(site.pools).flatMap(([id, { sticky }]) =>
    sticky
      ? [
          problemAt(
            ["pools", id, "sticky"],
            "needs the secret HEADGATE_SECRET, which is not set here: an edge without it keeps no client at its origin; `serve` and " +
              "`dev` make one up for each run",
            { atKey: true },
          ),
        ]
      : [],
  );
}

/** For the processes of one run, as HEADGATE_RUN_SECRET: the sessions end with it. */
export const madeUpSecret = (): string => randomBytes(32).toString("hex");
