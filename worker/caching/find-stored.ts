// What is stored for this request? A lookup in two steps: the key, and where responses vary, the variant.
// Flow: the choice of the variant is variants.ts's.
import type { Asked } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { Stored, StoredResponseWithBody } from "./entry.ts";
import type { LookupPlan } from "./plan.ts";
import { chooseVariant } from "./variants.ts";

export type Found =
  | { readonly kind: "absent"; readonly fwd: "uri-miss" | "vary-miss" }
  | { readonly kind: "response"; readonly at: string; readonly stored: StoredResponseWithBody };

export async function findStored(
  plan: LookupPlan,
  asked: Asked,
  ports: Pick<Ports, "store" | "now">,
): Promise<Found> {
  const now = ports.now();
  const first = await ports.store.get(plan.key);
  if (!first || first.entry.keepUntil <= now) return { kind: "absent", fwd: "uri-miss" };
  if (first.entry.kind === "response") {
    // Stored before the route set its responses apart by cookie, country, …: for whom it was is not known.
    if (plan.rules.selectors.length > 0) return { kind: "absent", fwd: "vary-miss" };
    return { kind: "response", at: plan.key, stored: withBody(first) };
  }
  const variant = chooseVariant(first.entry, asked, plan.rules);
  const second = variant && (await ports.store.get(variant.key));
  if (!variant || second?.entry.kind !== "response" || second.entry.keepUntil <= now) {
    return { kind: "absent", fwd: "vary-miss" };
  }
  return { kind: "response", at: variant.key, stored: withBody(second) };
}

const withBody = ({ entry, body, prepared }: Stored): StoredResponseWithBody => {
  if (entry.kind !== "response") throw new Error("an index is no response");
  return { entry, body, prepared };
};
