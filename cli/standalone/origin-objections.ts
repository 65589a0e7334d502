// Does a site name an authority, a client certificate or a socket that the command line has not given? Pure.
import { endpointOf } from "../../shared/site/endpoint.ts";
import { type LocatedProblem, type Problem, problemAt } from "../../shared/site/problem.ts";
import type { Site } from "../../shared/site/schema.ts";
import type { LoadedSite } from "../judge-file.ts";
import { missingFor, type OriginFiles } from "./origin-material.ts";

/** As problems of the files. */
export const namesNotGiven =
  (files: OriginFiles) =>
  (sites: readonly LoadedSite[]): LocatedProblem[] =>
    sites.flatMap(({ site, locate }) => notGivenIn(site, files).map(locate));

function notGivenIn(site: Site, files: OriginFiles): Problem[] {
  const [host = ""] = site.hosts;
  const problems = Object.entries(site.pools).flatMap(([id, pool]) =>
    pool.origins.flatMap((origin, index) => {
      const endpoint = endpointOf(origin, pool, host);
      const missing = endpoint && missingFor(endpoint, files);
      if (!missing) return [];
      const { key, name, option } = missing;
      const ofOrigin = ["pools", id, "origins", index];
      const keys = key === "socket" ? ofOrigin : [...(origin.tls ? ofOrigin : ["pools", id]), "tls"];
      return [problemAt([...keys, key], `\`${name}\` is not given to this site; start with \`${option}\``)];
    }),
  );
  return [...new Map(problems.map((problem) => [problem.path, problem])).values()];
}
