// Which site is meant, if a command is about one? The one that is named, or the only one of the edge.
import { err, ok, type Result } from "../../shared/result.ts";
import type { AdminClient, AdminFailure } from "./admin-client.ts";
import { sitesThere } from "./sites-there.ts";

/** Of an edge with several sites, one has to be named: nobody should change another one by a slip. */
export async function onlySite(
  client: AdminClient,
  named: string | undefined,
  how = "name one with --site",
): Promise<Result<string, AdminFailure>> {
  const sites = await sitesThere(client, named);
  if (!sites.ok) return sites;
  const [only, ...others] = sites.value;
  if (!only) return err({ reason: "no-site", sentence: "the edge has no site" });
  if (others.length === 0) return ok(only.name);
  return err({ reason: "several-sites", sentence: `the edge has ${sites.value.length} sites; ${how}` });
}
