// Finds a site in the store, by any of its hosts. The errors are sentences.
import { err, ok, type Result } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { Present, SiteStore } from "./site-store.ts";
import { type StandingSite, standingSite } from "./standing-site.ts";
import { pointerIn } from "./what-is-stored.ts";

/** Of the names of sites, this many are listed in a sentence. */
const NAMES_SHOWN = 10;

/** Without a host: the only site of the store. */
export async function storedSite(
  store: SiteStore,
  host: string | undefined,
): Promise<Result<StandingSite, string>> {
  if (host !== undefined) return siteOfHost(store, host);
  const all = await storedSites(store);
  if (!all.ok) return all;
  return onlyOf(all.value, ({ record }) => record.site);
}

/** If there are more, the error names some of them. */
export function onlyOf<Site>(sites: readonly Site[], nameOf: (site: Site) => string): Result<Site, string> {
  const [only, ...others] = sites;
  if (!only) return err("the store has no site");
  if (others.length === 0) return ok(only);
  const shown = sites.slice(0, NAMES_SHOWN).map(nameOf).join(", ");
  const more = sites.length > NAMES_SHOWN ? ` and ${sites.length - NAMES_SHOWN} more` : "";
  return err(`the store has ${sites.length} sites: say which with --site HOST (${shown}${more})`);
}

/** In the order of their names. */
export async function storedSites(store: SiteStore): Promise<Result<StandingSite[], string>> {
  const keys = await store.list();
  if (!keys.ok) return keys;
  const read = await store.read(keys.value);
  if (!read.ok) return read;
  const prefix = siteKey("");
  const found = await Promise.all(
    [...read.value.keys()].sort().map((key) => standingSite(key.slice(prefix.length), read.value)),
  );
  return ok(found.filter((site) => site !== undefined));
}

async function siteOfHost(store: SiteStore, host: string): Promise<Result<StandingSite, string>> {
  const own = await store.read([siteKey(host)]);
  if (!own.ok) return own;
  const target = pointerIn(own.value.get(siteKey(host)) ?? "");
  const read: Result<Present, string> = target === undefined ? own : await store.read([siteKey(target)]);
  if (!read.ok) return read;
  const found = await standingSite(target ?? host, read.value);
  return found ? ok(found) : err(`the store has no site under ${host}`);
}
