// Do two files name the same host? Only one of them would be served, and it would be unclear which.
import { type LocatedProblem, problemAt } from "../shared/site/problem.ts";
import type { SiteFileRead } from "../shared/site/read-site-file.ts";

export function hostsTakenTwice(
  sites: readonly (SiteFileRead & { readonly file: string })[],
): LocatedProblem[] {
  const takenBy = new Map<string, string>();
  return sites.flatMap(({ file, site, locate }) =>
    site.hosts.flatMap((host, index) => {
      const earlier = takenBy.get(host);
      takenBy.set(host, earlier ?? file);
      if (earlier === undefined || earlier === file) return [];
      const message = `is taken: ${earlier} names ${host} too, and a host belongs to one site only`;
      return [locate(problemAt(["hosts", index], message))];
    }),
  );
}
