// What is known of a site of a running edge: what its keeper holds and what it has counted.
import { ok, type Result } from "../../shared/result.ts";
import type { Switches } from "../../worker/keeping/switch-command.ts";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import type { SiteThere } from "../admin/sites-there.ts";
import { type Figures, figuresOf } from "./figures.ts";

export interface SiteWatched extends SiteThere {
  readonly revision: number;
  readonly switches: Switches;
  readonly figures: Figures;
}

export async function watchSite(
  client: AdminClient,
  site: SiteThere,
  last: string,
): Promise<Result<SiteWatched, AdminFailure>> {
  const params = { site: site.name };
  const [keeper, tally] = await Promise.all([
    client.call("getKeeper", { params }),
    client.call("getTally", { params, query: { last } }),
  ]);
  if (!keeper.ok) return keeper;
  if (!tally.ok) return tally;
  const { revision, switches } = keeper.value;
  return ok({ ...site, revision, switches, figures: figuresOf(tally.value.recent) });
}
