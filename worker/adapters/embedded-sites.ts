// Sites that are part of the bundle, for `headgate serve` and for tests.
import type { SiteTexts } from "../ports.ts";

export function embeddedSites(texts: Readonly<Record<string, string>>): SiteTexts {
  const byPattern = new Map(Object.entries(texts));
  return { read: async (pattern) => byPattern.get(pattern) };
}
