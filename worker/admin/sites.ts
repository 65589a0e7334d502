// The sites of this edge, as it serves them.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { AnswerOf, GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Ports } from "../isolate.ts";
import type { PatternPage } from "../ports.ts";
import { findSite } from "../routing/find-site.ts";
import { readAuthority } from "../routing/hosts.ts";
import type { CompiledSite } from "../site.ts";

/** Each takes a read of the store. */
const PATTERNS_A_PAGE = 100;

export const listSites = ({ query }: GivenOf<Operations["listSites"]>, ports: Ports) =>
  sitesAfter(query.after, ports);

/** A page of them. */
export async function sitesAfter(
  after: string | undefined,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["listSites"]>, AdminRefusal>> {
  const listed = await patternsAfter({ after, limit: PATTERNS_A_PAGE }, ports);
  if (!listed.ok) return listed;
  const patterns = listed.value;
  const found = await Promise.all(patterns.map((pattern) => siteNamed(pattern, ports)));
  // A site is stored under its first host, and found there only.
  const sites = found.flatMap((site) => (site.ok ? [summaryOf(site.value)] : []));
  return ok({ sites, next: patterns.length < PATTERNS_A_PAGE ? null : (patterns.at(-1) ?? null) });
}

/** The host patterns under which something is stored: sites, and pointers to them. */
export async function patternsAfter(
  page: PatternPage,
  { sites, log }: Ports,
): Promise<Result<readonly string[], AdminRefusal>> {
  if (!sites.patterns) return err({ reason: "sites-not-listed" });
  try {
    return ok(await sites.patterns(page));
  } catch (error) {
    log.warn("the sites could not be listed", { error: String(error) });
    return err({ reason: "sites-unavailable" });
  }
}

export async function getSite(
  { params }: GivenOf<Operations["getSite"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["getSite"]>, AdminRefusal>> {
  const found = await siteNamed(params.site, ports);
  if (!found.ok) return found;
  return ok({ ...summaryOf(found.value), routes: found.value.routes.map((route) => route().id) });
}

export async function findHost(
  { params }: GivenOf<Operations["findHost"]>,
  ports: Ports,
): Promise<Result<AnswerOf<Operations["findHost"]>, AdminRefusal>> {
  // As it would stand in a request: `*` serves whatever a request may ask for, and nothing else.
  const host = readAuthority(params.host, "https")?.host;
  if (host === undefined) return err({ reason: "unknown-host", host: params.host });
  const found = await findSite(host, ports);
  if (found.ok) return ok(summaryOf(found.value));
  return err(
    found.error.reason === "no-site" ? { reason: "unknown-host", host } : { reason: "sites-unavailable" },
  );
}

/** The name of a site is the first of its hosts. */
export async function siteNamed(name: string, ports: Ports): Promise<Result<CompiledSite, AdminRefusal>> {
  const found = await findSite(name, ports);
  if (!found.ok && found.error.reason !== "no-site") return err({ reason: "sites-unavailable" });
  return found.ok && found.value.name === name
    ? ok(found.value)
    : err({ reason: "unknown-site", site: name });
}

const summaryOf = ({ name, version, hosts }: CompiledSite) => ({ name, version, hosts: [...hosts] });
