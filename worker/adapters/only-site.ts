// The one site of an embedded edge. It is checked at the start, and compiled at the first request, because its version is a
// digest and the platform computes none before.
import { err, ok } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { compileSite } from "../compile-site.ts";
import type { OnlySite } from "../isolate.ts";
import { hostPatterns } from "../routing/host-patterns.ts";
import type { CompiledSite } from "../site.ts";

/** `json` holds the site's own values, from which its version is computed. */
export function onlySite(
  { site, json }: { readonly site: Site; readonly json: string },
  name: string | undefined,
): OnlySite {
  const hosts = new Set(site.hosts);
  const serves = (host: string) =>
    hosts.has("*") || [...hostPatterns(host)].some((pattern) => hosts.has(pattern));
  let compiled: CompiledSite | undefined;
  return (host) => {
    if (!serves(host)) return err({ reason: "no-site", host });
    if (compiled) return ok(compiled);
    // Each of several first requests computes it for itself: one request may not wait for another's promise.
    return fingerprintOf(json).then((version) => {
      compiled ??= compileSite(site, version, name);
      return ok(compiled);
    });
  };
}
