// Which hosts does a push take away from another site? Pure. A site is called by its first host, so a file whose first host
// changes becomes another site, unless the old one stays among its hosts.
import { siteKey } from "../../shared/site/stored.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Present } from "./site-store.ts";
import { hostsIn, recordIn, siteServing } from "./what-is-stored.ts";

export interface Move {
  readonly host: string;
  readonly from: string;
  readonly to: string;
  /** The hosts that no file names and that would have no site any more, because theirs is stored under this one. */
  readonly orphans: readonly string[];
}

export function movesBy(sites: readonly CheckedFile[], present: Present): Move[] {
  const named = new Set(sites.flatMap(({ site }) => site.hosts));
  return sites.flatMap(({ site: { hosts }, stored, version }) => {
    const [to = ""] = hosts;
    const before = siteServing(to, present);
    const standing = present.get(siteKey(to)) ?? "";
    const record = recordIn(standing);
    // A push that broke off, and is run again.
    const isHalfWritten = standing === stored || [record?.live, record?.next?.version].includes(version);
    return hosts.flatMap((host) => {
      const from = siteServing(host, present);
      if (from === undefined || from === to) return [];
      if (hosts.includes(from) && (from === before || isHalfWritten)) return [];
      const others = host === from ? (hostsIn(present.get(siteKey(from)) ?? "") ?? []) : [];
      return [{ host, from, to, orphans: others.filter((other) => !named.has(other)) }];
    });
  });
}
