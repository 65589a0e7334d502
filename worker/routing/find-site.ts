// Which site serves this host? Read once, compiled once per version, kept in the isolate, refreshed behind the
// requests' backs. What was good stays in use when the store fails or holds something invalid.
import { err, ok, type Result } from "../../shared/result.ts";
import { readStoredSite } from "../../shared/site/stored.ts";
import { siteVersion } from "../../shared/site/version.ts";
import type { Ports } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { type CompiledSite, compileSite } from "../site.ts";
import { hostPatterns } from "./host-patterns.ts";
import type { Kept } from "./site-shelf.ts";

export type SitePorts = Pick<Ports, "now" | "background" | "log" | "sites" | "shelf">;

export async function findSite(host: string, ports: SitePorts): Promise<Result<CompiledSite, Refusal>> {
  for (const pattern of hostPatterns(host)) {
    const { found } = await lookUp(pattern, ports);
    if (!found.ok) return err({ reason: found.error, host });
    if (found.value === undefined) continue;
    if (!("sameAs" in found.value)) return ok(found.value);
    const other = await lookUp(found.value.sameAs, ports);
    if (!other.found.ok) return err({ reason: other.found.error, host });
    if (other.found.value && !("sameAs" in other.found.value)) return ok(other.found.value);
  }
  return err({ reason: "no-site", host });
}

async function lookUp(pattern: string, ports: SitePorts): Promise<Kept> {
  const { shelf } = ports;
  const kept = shelf.get(pattern);
  if (!kept) return load(pattern, ports);
  const now = ports.now();
  const age = now - kept.readAt;
  if (age >= shelf.rules.expireAfterMs) return load(pattern, ports);
  if (age >= shelf.rules.refreshAfterMs && shelf.claimRefresh(pattern, now))
    ports.background(load(pattern, ports));
  return kept;
}

async function load(pattern: string, ports: SitePorts): Promise<Kept> {
  const before = ports.shelf.get(pattern);
  const kept = await read(pattern, before, ports);
  ports.shelf.keep(pattern, kept);
  return kept;
}

async function read(pattern: string, before: Kept | undefined, ports: SitePorts): Promise<Kept> {
  const lastGood = before?.found.ok ? before.found : undefined;
  let text: string | undefined;
  try {
    text = await ports.sites.read(pattern);
  } catch (error) {
    ports.log.warn("the site store failed; the last good site stays in use", {
      pattern,
      error: String(error),
    });
    return { text: before?.text, found: lastGood ?? err("site-unavailable"), readAt: ports.now() };
  }
  const readAt = ports.now();
  if (before && text === before.text && before.found.ok) return { ...before, readAt };
  if (text === undefined) return { text, found: ok(undefined), readAt };

  const stored = readStoredSite(text);
  if (!stored.ok) {
    ports.log.warn("the stored site is invalid; the last good one stays in use", {
      pattern,
      problems: stored.error,
    });
    return { text: before?.text, found: lastGood ?? err("site-invalid"), readAt };
  }
  if ("sameAs" in stored.value) return { text, found: ok(stored.value), readAt };
  return { text, found: ok(compileSite(stored.value, await siteVersion(text))), readAt };
}
