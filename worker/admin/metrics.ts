// The metrics of all sites, or of a part of them, for Prometheus. The keeper of each site is asked, because no isolate has more than
// its own part.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { Scope } from "../../shared/admin/scopes.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import { prometheusText } from "../keeping/prometheus.ts";
import { pointerIn } from "../publishing/what-is-stored.ts";
import { isInPart, readPart } from "./metrics-part.ts";
import { patternsAfter } from "./sites.ts";

export const METRICS = { path: "/metrics", scopes: ["read"] as readonly Scope[] } as const;

/** For each host the store is read, and for each site its keeper. A request may make 1,000 such calls on Cloudflare. */
const MAX_HOSTS = 400;
/** Parts are not of the same size, so there is room in what is advised. */
const HOSTS_ADVISED = 300;
/** As many as Workers KV lists at once. */
const PATTERNS_A_PAGE = 1_000;
/** A keeper with no reports in so short a time still tells its totals. */
const SHORTEST_MS = 10_000;

export async function metricsText(
  wanted: string | undefined,
  ports: Ports,
): Promise<Result<string, AdminRefusal>> {
  const { keepers } = ports;
  if (!keepers) return err({ reason: "no-keeper" });
  const part = readPart(wanted);
  if (!part)
    return err({ reason: "invalid-input", problems: [{ path: "part", message: "is no part; write 2/5" }] });
  const all = await allPatterns(ports);
  if (!all.ok) return all;
  const hosts = all.value.filter((host) => isInPart(host, part));
  const asked = await Promise.all(
    hosts.slice(0, MAX_HOSTS).map(async (host) => {
      if (!(await isSite(host, ports))) return [];
      const tally = await keepers.tally(host, SHORTEST_MS);
      const { totals, origins } = tally.ok ? tally.value : {};
      return [{ site: host, totals, origins: origins ?? [] }];
    }),
  );
  const note = hosts.length > MAX_HOSTS ? noteOn(all.value.length) : "";
  return ok(`${note}${prometheusText(asked.flat())}`);
}

/** Or does the host point to the site of another one? The site itself is not needed, so one reading is enough. */
async function isSite(host: string, { sites, log }: Ports): Promise<boolean> {
  try {
    const text = await sites.read(host);
    return text !== undefined && pointerIn(text) === undefined;
  } catch (error) {
    log.warn("a site could not be read, so its metrics are missing", { host, error: String(error) });
    return false;
  }
}

async function allPatterns(ports: Ports): Promise<Result<readonly string[], AdminRefusal>> {
  const found: string[] = [];
  for (;;) {
    const page = await patternsAfter({ after: found.at(-1), limit: PATTERNS_A_PAGE }, ports);
    if (!page.ok) return page;
    found.push(...page.value);
    if (page.value.length < PATTERNS_A_PAGE) return ok(found);
  }
}

function noteOn(hosts: number): string {
  const parts = Math.ceil(hosts / HOSTS_ADVISED);
  return `# Only ${MAX_HOSTS} hosts are here. Ask for parts: /metrics?part=1/${parts} to ${parts}/${parts}.\n`;
}
