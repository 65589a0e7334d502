// Fills in what a pool leaves to `defaults`. A parsed pool has the values of the schema where the file says nothing, so the file itself
// tells what the pool has written.
import type { Site, SiteFile } from "./schema.ts";

/** `file`: what the site was parsed from. */
export function withInherited(site: Site, file: unknown): Site {
  const { defaults } = site;
  if (!defaults) return site;
  const written = file as SiteFile;
  const pools = Object.entries(site.pools).map(([id, pool]) => {
    const own = new Set(Object.keys(written.pools?.[id]?.timeout ?? {}));
    const given = Object.entries(defaults.timeout).filter(([key]) => !own.has(key));
    return [id, { ...pool, timeout: { ...pool.timeout, ...Object.fromEntries(given) } }];
  });
  return { ...site, pools: Object.fromEntries(pools) };
}
