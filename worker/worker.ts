// `headgate/worker`: the whole Worker, with what an app adds to it (docs/embedding.md).
import type { Hono } from "hono";
import { hostsTakenTwice } from "../shared/site/hosts.ts";
import { checkOptions, type EdgeOptions, portsWith } from "./adapters/edge-options.ts";
import type { Env, Given } from "./adapters/env.ts";
import { givenSites, isSitesFrom, type SitesFrom } from "./adapters/site-texts.ts";
import { EdgeApp } from "./app.ts";
import { checkedSite, type GivenSite, InvalidSiteError } from "./embedding/given-site.ts";

export type { AppLog as Log } from "./adapters/app-log.ts";
export type { EdgeOptions } from "./adapters/edge-options.ts";
export type { Env } from "./adapters/env.ts";
export { Keeper } from "./adapters/keeper-object.ts";
export { Limits } from "./adapters/limits-object.ts";
export { fromKv, type SitesFrom } from "./adapters/site-texts.ts";
export type { GivenSite } from "./embedding/given-site.ts";
export { InvalidSiteError } from "./embedding/given-site.ts";
export type { LogFormat, LogRecord, SiteTexts, Store } from "./ports.ts";

export interface AppOptions<Bindings extends object> extends EdgeOptions<Bindings> {
  /** Adds routes and middleware, which come before everything else. */
  readonly before?: (app: Hono<{ Bindings: Bindings }>) => void;
  /** Where the sites are, `fromKv("SITES")` by default; or the sites themselves, as objects or texts of site files. */
  readonly sites?: SitesFrom<Bindings> | readonly (GivenSite | string)[];
}

/** The Worker as a Hono app: `export default createApp({ before, sites, store })`. Throws at once if a site is not valid. */
export function createApp<Bindings extends object = Env>(
  options: AppOptions<Bindings> = {},
): Hono<{ Bindings: Bindings }> {
  checkOptions(options);
  const given = givenOf(options.sites);
  const app = new EdgeApp<Bindings>((bindings, place) =>
    portsWith(options, bindings, given(bindings), place),
  );
  options.before?.(app);
  return app;
}

function givenOf<Bindings extends object>(
  sites: AppOptions<Bindings>["sites"],
): (bindings: Bindings) => Given {
  if (sites === undefined) return () => ({});
  if (isSitesFrom(sites)) return (bindings) => ({ sites: sites.open(bindings) });
  const checked = sites.map((site, index) => checkedSite(site, `sites[${index}]`));
  const taken = hostsTakenTwice(checked);
  if (taken.length > 0) throw new InvalidSiteError("sites", taken);
  const given = { sites: givenSites(checked) };
  return () => given;
}
