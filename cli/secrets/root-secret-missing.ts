// Does a site need HEADGATE_SECRET, which is not in the environment? The edge may have it all the same, so this is a warning.
import { randomBytes } from "node:crypto";
import { type LocatedProblem, problemAt } from "../../shared/site/problem.ts";
import { rootSecretNeeds } from "../../shared/site/root-secret-needs.ts";
import type { LoadedSite } from "../judge-file.ts";

export function rootSecretMissing(
  sites: readonly Pick<LoadedSite, "site" | "locate">[],
  { HEADGATE_SECRET: secret }: NodeJS.ProcessEnv,
): LocatedProblem[] {
  if (secret) return [];
  return sites.flatMap(({ site, locate }) =>
    rootSecretNeeds(site).map(({ keys, kind, fails }) => {
      const madeUp = kind === "sealed" ? "; `serve` and `dev` make one up for each run" : "";
      const message = `needs the secret HEADGATE_SECRET, which is not set here: an edge without it ${fails}${madeUp}`;
      return locate(problemAt(keys, message, { atKey: true }));
    }),
  );
}

/** For the processes of one run, as HEADGATE_RUN_SECRET: the sessions end with it. */
export const madeUpSecret = (): string => randomBytes(32).toString("hex");
