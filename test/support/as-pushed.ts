// A site file as `headgate push` and `headgate serve` store it: already checked, so that the edge need not check it.

import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { storedText } from "../../worker/publishing/stored-text.ts";

export async function asPushed(json: string): Promise<string> {
  const valid = validateSite(JSON.parse(json));
  if (!valid.ok) throw new Error(`not a site: ${JSON.stringify(valid.error)}`);
  return storedText({ site: valid.value, json, version: await fingerprintOf(json) });
}
