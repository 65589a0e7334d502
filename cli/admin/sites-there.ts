// The sites that a command is about: the one that is named, or all of the edge.
import { ok, type Result } from "../../shared/result.ts";
import { type AdminClient, type AdminFailure, pagesOf } from "./admin-client.ts";

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
  const pages = await pagesOf((after) => client.call("listSites", { query: { after } }));
  return pages.ok ? ok(pages.value.flatMap(({ sites }) => sites)) : pages;
}
