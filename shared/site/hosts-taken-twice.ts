// Do two sites name the same host? Only one of them would be served, and it would be unclear which.
import { type Problem, problemAt } from "./problem.ts";

interface Named<Placed> {
  /** The file, or whatever the site is called. */
  readonly file: string;
  readonly site: { readonly hosts: readonly string[] };
  locate(problem: Problem): Placed;
}

export function hostsTakenTwice<Placed>(sites: readonly Named<Placed>[]): Placed[] {
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
