// Which site gets which order? All of them are found before one is given, so that a slip purges nothing.

import type { AskedOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { MAX_URLS_AT_ONCE } from "../../shared/admin/operations.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import { onlySite } from "../admin/only-site.ts";
import type { PurgeWish } from "./purge-wish.ts";

export interface Order {
  readonly site: string;
  readonly body: AskedOf<Operations["purge"]>["body"];
}

export async function ordersFor(
  { named, site, mode, over }: PurgeWish,
  client: AdminClient,
): Promise<Result<readonly Order[], AdminFailure>> {
  const how = { mode, over };
  switch (named.kind) {
    case "urls": {
      const orders: Order[] = [];
      const byHost = Map.groupBy(named.urls, (url) => new URL(url).hostname);
      for (const [host, urls] of byHost) {
        const owner = await client.call("findHost", { params: { host } });
        if (!owner.ok) return owner;
        for (let at = 0; at < urls.length; at += MAX_URLS_AT_ONCE)
          orders.push({
            site: owner.value.name,
            body: { urls: urls.slice(at, at + MAX_URLS_AT_ONCE), ...how },
          });
      }
      return ok(orders);
    }
    case "prefix": {
      const owner = await client.call("findHost", { params: { host: new URL(named.prefix).hostname } });
      return owner.ok ? ok([{ site: owner.value.name, body: { prefix: named.prefix, ...how } }]) : owner;
    }
    case "tag":
    case "all": {
      const owner = await siteOf(named.host, site, client);
      if (!owner.ok) return owner;
      const where = named.host === undefined ? {} : { host: named.host };
      const what = named.kind === "tag" ? { tag: named.tag } : { all: true as const };
      return ok([{ site: owner.value, body: { ...what, ...where, ...how } }]);
    }
  }
}

/** Of an edge with several sites, one has to be named: nobody should empty the cache of another by a slip. */
async function siteOf(
  host: string | undefined,
  named: string | undefined,
  client: AdminClient,
): Promise<Result<string, AdminFailure>> {
  if (host !== undefined) {
    const owner = await client.call("findHost", { params: { host } });
    return owner.ok ? ok(owner.value.name) : owner;
  }
  return onlySite(client, named, "name one with --site, or a host with --host");
}
