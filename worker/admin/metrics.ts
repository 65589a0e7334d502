// The metrics of all sites, for Prometheus. The keeper of each site is asked, because no isolate has more than its own part.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { Scope } from "../../shared/admin/scopes.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import { prometheusText } from "../keeping/prometheus.ts";
import { sitesAfter } from "./sites.ts";

export const METRICS = { path: "/metrics", scopes: ["read"] as readonly Scope[] } as const;

/** Each is one call, and a request may make 1,000 on Cloudflare with what else it needs. */
const MAX_SITES = 400;
/** A keeper with no reports in so short a time still tells its totals. */
const SHORTEST_MS = 10_000;

export async function metricsText(ports: Ports): Promise<Result<string, AdminRefusal>> {
  const { keepers } = ports;
  if (!keepers) return err({ reason: "no-keeper" });
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await sitesAfter(after, ports);
    if (!page.ok) return page;
    names.push(...page.value.sites.map(({ name }) => name));
    after = page.value.next ?? undefined;
  } while (after !== undefined && names.length < MAX_SITES);
  const asked = await Promise.all(
    names.slice(0, MAX_SITES).map(async (site) => {
      const tally = await keepers.tally(site, SHORTEST_MS);
      return { site, totals: tally.ok ? tally.value.totals : undefined };
    }),
  );
  const isCut = after !== undefined || names.length > MAX_SITES;
  const note = isCut ? `# Only the first ${MAX_SITES} sites are here.\n` : "";
  return ok(`${note}${prometheusText(asked)}`);
}
