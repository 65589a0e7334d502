// How long may a host be, and is it named by one site only? Kept apart from the schema, because the edge looks up hosts without
// the schema.
import { type Problem, problemAt } from "./problem.ts";

/** The limit of DNS. */
export const MAX_HOST_LENGTH = 253;
/** Labels after the star. The edge looks for no longer wildcard, so a made-up host costs a bounded number of reads. */
export const MAX_WILDCARD_LABELS = 6;

interface Named<Placed> {
  /** The file, or whatever the site is called. */
  readonly file: string;
  readonly site: { readonly hosts: readonly string[] };
  locate(problem: Problem): Placed;
}

/**
 * Do two sites name the same host? Only one of them would be served, and it would be unclear which. `ownedBy`: the files to which hosts
 * belong beforehand, by host. Then a site that names a host of another one is not served, and takes no further host.
 */
export function hostsTakenTwice<Placed>(
  sites: readonly Named<Placed>[],
  ownedBy?: ReadonlyMap<string, string>,
): Placed[] {
  const takenBy = new Map(ownedBy);
  return sites.flatMap(({ file, site, locate }) => {
    const isFree = (host: string) => (takenBy.get(host) ?? file) === file;
    const mayTake = ownedBy === undefined || site.hosts.every(isFree);
    return site.hosts.flatMap((host, index) => {
      const earlier = takenBy.get(host);
      if (mayTake) takenBy.set(host, earlier ?? file);
      if (earlier === undefined || earlier === file) return [];
      const message = `is taken: ${earlier} names ${host} too, and a host belongs to one site only`;
      return [locate(problemAt(["hosts", index], message))];
    });
  });
}
