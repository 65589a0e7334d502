// A site and a request that nobody has sent, for the tests of explain.
import type { SiteFile } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { factsOf } from "../../../worker/explaining/facts.ts";
import type { Facts } from "../../../worker/explaining/foresee.ts";
import type { CompiledSite } from "../../../worker/site.ts";

export function aSite(file: Partial<SiteFile> & Pick<SiteFile, "routes">): CompiledSite {
  const read = validateSite({
    hosts: ["shop.test"],
    pools: { web: { origins: [{ id: "fra", url: "https://fra.test" }] } },
    security: "off",
    ...file,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return compileSite(read.value, "v1");
}

/** No check lets such a file pass. But an origin may be taken out of service while the site is live. */
export function withNobodyIn(
  poolId: string,
  file: Partial<SiteFile> & Pick<SiteFile, "routes">,
): CompiledSite {
  const read = validateSite({ hosts: ["shop.test"], security: "off", ...file });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { pools } = read.value;
  const origins = (pools[poolId]?.origins ?? []).map((origin) => ({ ...origin, state: "off" as const }));
  return compileSite(
    { ...read.value, pools: { ...pools, [poolId]: { ...pools[poolId], origins } } as never },
    "v1",
  );
}

export interface Imagined {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly ip?: string;
  readonly country?: string;
}

export const facts = (url: string, { method = "GET", headers = {}, ip, country }: Imagined = {}): Facts =>
  factsOf({ method, url, headers: Object.entries(headers), ip, country, now: 1_800_000_000_000 });
