// Sites that an embedding app has given and that are checked already: by host, as the texts that `headgate push` would write.
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { checkedBody, checkedText, storedEntries } from "../../shared/site/stored.ts";
import type { SiteTexts } from "../ports.ts";

interface CheckedSite {
  readonly site: Site;
  /** The site's own values, from which its version is computed. */
  readonly json: string;
}

export function givenSites(sites: readonly CheckedSite[]): SiteTexts {
  const byHost = new Map(sites.flatMap((one) => one.site.hosts.map((host) => [host, one] as const)));
  const texts = new Map<string, string>();
  return {
    read: async (pattern) => {
      const known = texts.get(pattern);
      const checked = byHost.get(pattern);
      if (known !== undefined || !checked) return known;
      // The texts contain digests, and the platform computes none before the first request.
      for (const entry of storedEntries(checked.site.hosts, await storedText(checked))) {
        texts.set(entry.pattern, entry.text);
      }
      return texts.get(pattern);
    },
  };
}

async function storedText({ site, json }: CheckedSite): Promise<string> {
  const body = checkedBody(site, json, await fingerprintOf(json));
  return checkedText(body, await fingerprintOf(body));
}
