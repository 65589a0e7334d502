// Which secrets do sites name that are not at hand? They are known where a site is served from this machine, and where the environment or a
// file has secrets at all.
import { secretFor, secretSource } from "../../shared/secrets/secret-source.ts";
import { type LocatedProblem, problemAt } from "../../shared/site/problem.ts";
import { referenceTo } from "../../shared/site/secret-name.ts";
import { secretsNamed } from "../../shared/site/secrets-named.ts";
import type { LoadedSite } from "../judge-file.ts";
import type { SiteNews } from "../live/keep-live.ts";
import { rootSecretMissing } from "./root-secret-missing.ts";
import type { SecretVariables } from "./secrets-file.ts";

/** As warnings: an edge may have what is missing here. */
export function secretsMissing(
  sites: readonly Pick<LoadedSite, "site" | "locate">[],
  variables: SecretVariables,
): LocatedProblem[] {
  const source = secretSource(variables);
  return sites.flatMap(({ site, locate }) => {
    const [name = ""] = site.hosts;
    return secretsNamed(site).flatMap(({ keys, name: secret, use }) => {
      if (use === undefined) return [];
      const found = secretFor(source, { site: name, name: secret, use });
      const message = `names \`${referenceTo(secret)}\`, which ${found.ok ? "" : found.error}; an edge without it refuses what needs it`;
      return found.ok ? [] : [locate(problemAt(keys, message))];
    });
  });
}

/** For `serve` and `dev`: told with each site that goes live, because the file may have changed. */
export function tellingSecrets<News extends SiteNews>(
  news: News,
  env: NodeJS.ProcessEnv,
  variablesNow: () => Promise<SecretVariables>,
): News {
  const live = async (site: LoadedSite): Promise<void> => {
    const missing = [...rootSecretMissing([site], env), ...secretsMissing([site], await variablesNow())];
    if (missing.length > 0) news.warnings(missing);
  };
  return {
    ...news,
    live: (site) => {
      news.live(site);
      void live(site);
    },
  };
}
