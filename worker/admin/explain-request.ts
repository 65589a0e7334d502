// Explains a request by the configuration that this edge serves: the same code as `headgate explain`.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Pool } from "../balancing/pool.ts";
import { explain } from "../explaining/explain.ts";
import { factsOf } from "../explaining/facts.ts";
import type { Ports } from "../isolate.ts";
import { NO_ORIGINS_TOLD } from "../keeping/origins-told.ts";
import { findSite } from "../routing/find-site.ts";
import { askedIn, readRequest } from "../routing/read-request.ts";

export async function explainRequest(
  { body }: GivenOf<Operations["explain"]>,
  ports: Ports,
): Promise<Result<Record<string, unknown>, AdminRefusal>> {
  const { method, url, headers, ip, country, asn, lists, usedUp, claims, stored } = body;
  const now = ports.now();
  const facts = factsOf({ method, url, headers, ip, country, asn, lists, usedUp, claims, stored, now });
  const asked = askedIn(readRequest(facts.line, facts.peer));
  const found = asked && (await findSite(asked.host, ports));
  if (found?.ok === false && found.error.reason !== "no-site") return err({ reason: "sites-unavailable" });
  if (!found?.ok) return ok({ ...explain(undefined, facts) });
  // What this isolate believes. Others may have seen something else.
  const told = ports.snapshots.get(found.value.name)?.snapshot?.origins ?? NO_ORIGINS_TOLD;
  const known = (pool: Pool) => ({ seen: ports.health.of(pool), told });
  const here = ports.lists.of(found.value.name);
  return ok({ ...explain(found.value, { ...facts, known, lists: facts.lists ?? here }) });
}
