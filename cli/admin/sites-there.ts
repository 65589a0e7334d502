// The sites that a command is about: the one that is named, or all of the edge.
import { err, ok, type Result } from "../../shared/result.ts";
import type { AdminClient, AdminFailure } from "./admin-client.ts";

export interface SiteThere {
  readonly name: string;
  readonly version: string;
  readonly hosts: readonly string[];
}

export async function sitesThere(
  client: AdminClient,
  named: string | undefined,
): Promise<Result<readonly SiteThere[], AdminFailure>> {
  if (named !== undefined) {
    const site = await client.call("getSite", { params: { site: named } });
    return site.ok ? ok([site.value]) : site;
  }
  const sites: SiteThere[] = [];
  let after: string | undefined;
  do {
    const page = await client.call("listSites", { query: { after } });
    if (!page.ok) return err(page.error);
    sites.push(...page.value.sites);
    after = page.value.next ?? undefined;
  } while (after !== undefined);
  return ok(sites);
}
