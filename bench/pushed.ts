// The same sites in the form that `headgate push` and `headgate serve` store.
import { asPushed } from "../test/support/as-pushed.ts";
import type { SiteTexts } from "./sites.ts";

export async function allPushed(texts: SiteTexts): Promise<SiteTexts> {
  const pushed: Record<string, string> = {};
  for (const [pattern, json] of Object.entries(texts)) pushed[pattern] = await asPushed(json);
  return pushed;
}
