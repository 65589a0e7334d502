// Do two files name the same host? One of them would then be served, and nobody could say which.
import type { LocatedProblem } from "./read-site-file.ts";
import type { LoadedSite } from "./load-sites.ts";

export function hostsTakenTwice(sites: readonly LoadedSite[]): LocatedProblem[] {
  const takenBy = new Map<string, string>();
  return sites.flatMap(({ file, site }) =>
    site.hosts.flatMap((host, index): LocatedProblem[] => {
      const earlier = takenBy.get(host);
      takenBy.set(host, earlier ?? file);
      if (earlier === undefined || earlier === file) return [];
      const message = `${host} is a host of ${earlier} already; only one site can have it`;
      return [{ file, line: 1, column: 1, path: `hosts[${index}]`, message }];
    }),
  );
}
