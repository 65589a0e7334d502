// What is known of a site of a running edge: what its keeper holds and what it has counted.
import { ok, type Result } from "../../shared/result.ts";
import type { ListSeen } from "../../worker/keeping/lists-seen.ts";
import type { Switches } from "../../worker/keeping/switch-command.ts";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import type { SiteThere } from "../admin/sites-there.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { OriginRow } from "./origins-page.ts";

export interface SiteWatched extends SiteThere {
  readonly revision: number;
  readonly switches: Switches;
  readonly figures: Figures;
  readonly origins: readonly OriginRow[];
  readonly lists: readonly ListSeen[];
  /** When the edge told of its origins, by its own clock. */
  readonly toldAt: number;
}

export async function watchSite(
  client: AdminClient,
  site: SiteThere,
  last: string,
): Promise<Result<SiteWatched, AdminFailure>> {
  const params = { site: site.name };
  const [keeper, tally, origins] = await Promise.all([
    client.call("getKeeper", { params }),
    client.call("getTally", { params, query: { last } }),
    client.call("listOrigins", { params }),
  ]);
  if (!keeper.ok) return keeper;
  if (!tally.ok) return tally;
  // An edge of an older version does not tell.
  if (!origins.ok && origins.error.reason !== "no-such-operation") return origins;
  const { revision, switches } = keeper.value;
  const told = origins.ok ? origins.value : { origins: [], now: 0 };
  const figures = figuresOf(tally.value.recent);
  const { lists = [] } = tally.value;
  return ok({ ...site, revision, switches, figures, origins: told.origins, lists, toldAt: told.now });
}
