// The same sites as `headgate push` and `headgate serve` store them: checked, so that the edge need not check them.
import { storedText } from "../cli/stored-text.ts";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import { validateSite } from "../shared/site/validate.ts";
import type { SiteTexts } from "./sites.ts";

export async function asPushed(texts: SiteTexts): Promise<SiteTexts> {
  const pushed: Record<string, string> = {};
  for (const [pattern, json] of Object.entries(texts)) {
    const valid = validateSite(JSON.parse(json));
    if (!valid.ok) throw new Error(`the site that is measured is not valid: ${JSON.stringify(valid.error)}`);
    pushed[pattern] = await storedText({ site: valid.value, json, version: await fingerprintOf(json) });
  }
  return pushed;
}
