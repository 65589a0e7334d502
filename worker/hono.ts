// `headgate/hono`: a handler that serves a site from within any Hono app on Workers (docs/embedding.md).
import type { Handler } from "hono";
import { shortHash } from "../shared/short-hash.ts";
import { checkOptions, type EdgeOptions, onlySite, portsWith } from "./adapters/edge-options.ts";
import type { Given } from "./adapters/env.ts";
import { isSitesFrom, type SitesFrom } from "./adapters/site-texts.ts";
import { Answering } from "./answering.ts";
import { checkedSite, type GivenSite } from "./embedding/given-site.ts";
import { answerWithin } from "./within-hono.ts";

export type { AppLog as Log } from "./adapters/app-log.ts";
export type { EdgeOptions } from "./adapters/edge-options.ts";
export { Keeper } from "./adapters/keeper-object.ts";
export { Limits } from "./adapters/limits-object.ts";
export { fromKv, type SitesFrom } from "./adapters/site-texts.ts";
export type { GivenSite } from "./embedding/given-site.ts";
export { InvalidSiteError } from "./embedding/given-site.ts";
export type { LogFormat, LogRecord, SiteTexts, Store } from "./ports.ts";

export interface HeadgateOptions<Bindings> extends EdgeOptions<Bindings> {
  /** An object, or the text of a site file: without `hosts` it serves every host. Or `fromKv("SITES")`: the sites there. */
  readonly site: GivenSite | string | SitesFrom<Bindings>;
  /**
   * What the log calls the site, and the name under which its cached responses are kept; one of its own for each site.
   * Without a name, a change of the site begins with an empty cache. Letters, digits, hyphens and underscores.
   */
  readonly name?: string;
}

/**
 * Serves a site from within a Hono app: `app.all("/shop/*", headgate({ site }))`. The site's routes match the full path of
 * the URL. Throws at once if the site is not valid.
 */
// biome-ignore lint/suspicious/noExplicitAny: -- the bindings matter only to options that are functions of them
export function headgate<Bindings extends object = any>(options: HeadgateOptions<Bindings>): Handler {
  checkOptions(options);
  const given = givenOf(options);
  const answering = new Answering<Bindings>((bindings, place) =>
    portsWith(options, bindings, given(bindings), place),
  );
  return (c) => answerWithin(c, answering);
}

/** Each handler has memory of its own, and an app may have several beside its own needs. */
const MEMORY = "8MiB";

function givenOf<Bindings>({
  site,
  name,
  cacheMemory = MEMORY,
}: HeadgateOptions<Bindings>): (bindings: Bindings) => Given {
  if (name !== undefined) checkName(name);
  if (isSitesFrom(site)) {
    checkName(site.name);
    return (bindings) => ({ sites: site.open(bindings), apart: name ?? site.name, cacheMemory });
  }
  const checked = checkedSite(site, name ?? "site");
  const given = { onlySite: onlySite(checked, name), apart: name ?? shortHash(checked.json), cacheMemory };
  return () => given;
}

function checkName(name: string): void {
  if (/^[\w-]+$/.test(name)) return;
  throw new Error(`name is ${JSON.stringify(name)}; write letters, digits, hyphens and underscores`);
}
