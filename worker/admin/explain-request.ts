// Explains a request by the configuration that this edge serves: the same code as `headgate explain`.
import type { AdminRefusal } from "../../shared/admin/admin-refusal.ts";
import type { GivenOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { explain } from "../explaining/explain.ts";
import { factsOf } from "../explaining/facts.ts";
import type { Ports } from "../isolate.ts";
import { findSite } from "../routing/find-site.ts";
import { readRequest } from "../routing/read-request.ts";

export async function explainRequest(
  { body }: GivenOf<Operations["explain"]>,
  ports: Ports,
): Promise<Result<Record<string, unknown>, AdminRefusal>> {
  const { method, url, headers, ip, country, stored } = body;
  const facts = factsOf({ method, url, headers, ip, country, stored, now: ports.now() });
  const read = readRequest(facts.line, facts.peer);
  const found = read.ok ? await findSite(read.value.host, ports) : undefined;
  if (found?.ok === false && found.error.reason !== "no-site") return err({ reason: "sites-unavailable" });
  return ok({ ...explain(found?.ok ? found.value : undefined, facts) });
}
