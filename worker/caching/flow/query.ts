// QUERY (RFC 10008): a safe method whose content is part of the cache key. This flow reads the content.
import { err, ok, type Result } from "../../../shared/result.ts";
import { isUnreadable } from "../../../shared/unreadable.ts";
import { joinBytes } from "../../bodies/cut.ts";
import { keepForReplay } from "../../bodies/replay.ts";
import type { Ports } from "../../isolate.ts";
import type { Refusal } from "../../refusal.ts";
import type { Demand } from "../demand.ts";
import { generationKey, queryKey } from "../law/key.ts";
import type { Plan } from "../law/plan.ts";
import { addVariant } from "../law/variants.ts";
import { indexAt, keepAt } from "../stockroom.ts";

/** A request with longer content is forwarded, and the response is not stored. */
const MAX_QUERY_BYTES = 65_536;

const GENERATION_MS = 365 * 86_400_000;

export type QueryPlan =
  | Plan
  | {
      readonly kind: "pass";
      readonly fwd: "bypass";
      readonly because: "query-too-long" | "query-unreadable";
    };

const BYPASS = { kind: "pass", fwd: "bypass" } as const;

export interface Planned {
  readonly plan: QueryPlan;
  readonly demand: Demand;
}

/** Content in a GET has no meaning (RFC 9110 §9.3.1), and if the origin used it, it would poison the cache. */
export function planBodiless(plan: Plan, demand: Demand): Planned {
  return {
    plan,
    demand: plan.kind === "lookup" && demand.body !== null ? { ...demand, body: null } : demand,
  };
}

export async function planQuery(
  plan: Plan,
  demand: Demand,
  ports: Pick<Ports, "store" | "newId" | "now" | "digest" | "background">,
): Promise<Result<Planned, Refusal>> {
  if (plan.kind !== "lookup") return ok({ plan, demand });
  const read =
    demand.body instanceof ReadableStream
      ? await keepForReplay(demand.body, MAX_QUERY_BYTES)
      : ok({ body: demand.body, kept: true });
  if (!read.ok) return err({ reason: "request-body-broken" });
  const { body } = read.value;
  if (body instanceof ReadableStream) {
    return ok({ plan: { ...BYPASS, because: "query-too-long" }, demand: { ...demand, body } });
  }
  const question = body instanceof Uint8Array ? body : new TextEncoder().encode(body ?? "");
  const meaning = meaningOf(demand);
  if (isUnreadable(meaning))
    return ok({ plan: { ...BYPASS, because: "query-unreadable" }, demand: { ...demand, body: question } });
  const digest = await ports.digest(joinBytes([new TextEncoder().encode(meaning), question]));
  const key = queryKey(plan.key, await generationOf(plan.key, ports), digest);
  return ok({ plan: { ...plan, key }, demand: { ...demand, body: question } });
}

/**
 * The number of QUERY responses for a URL is unlimited and not recorded. A change of the URL must invalidate all of them at
 * once (RFC 9111 §4.4). It does so by deleting the generation, which is part of all their keys. If a store evicts the
 * generation, the effect is the same.
 */
async function generationOf(
  key: string,
  ports: Pick<Ports, "store" | "newId" | "now" | "background">,
): Promise<string> {
  const at = generationKey(key);
  const stored = await indexAt(at, ports);
  const known = stored && stored.keepUntil > ports.now() ? stored.variants[0] : undefined;
  if (known) return known.key;
  const variant = { selectors: {}, language: null, key: ports.newId() };
  const { index } = addVariant(undefined, variant, ports.now() + GENERATION_MS);
  ports.background(keepAt(at, index, null, ports));
  return variant.key;
}

/** The same bytes with another type, coding or language are another query (RFC 10008 §2.7). */
function meaningOf(demand: Demand): string {
  const fields: [string, string][] = [];
  demand.ask().headers.forEach((value, name) => {
    if (name.startsWith("content-") && name !== "content-length") fields.push([name, value]);
  });
  return `${JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))}\n`;
}
