// What is stored for this request? A lookup in two steps: the key, and where responses vary, the variant.
// Flow: the choice of the variant is variants.ts's.
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Ports } from "../../ports.ts";
import type { SelectingRequest } from "../../rewriting/as-sent.ts";
import type { Stored, StoredResponseWithBody, Variant } from "../entry.ts";
import type { LookupPlan } from "../law/plan.ts";
import { chooseVariant } from "../law/variants.ts";

export type Found =
  | {
      readonly kind: "absent";
      readonly fwd: "uri-miss" | "vary-miss";
      /** The names of what tells the key's variants apart, where some are stored. */
      readonly selectors?: readonly string[];
    }
  | { readonly kind: "response"; readonly at: string; readonly stored: StoredResponseWithBody };

type LookupPorts = Pick<Ports, "store" | "now">;

export function findStored(plan: LookupPlan, request: SelectingRequest, ports: LookupPorts): Soon<Found> {
  return whenHere(ports.store.get(plan.key), (first) => foundUnder(plan, first, request, ports));
}

function foundUnder(
  plan: LookupPlan,
  first: Stored | undefined,
  request: SelectingRequest,
  ports: LookupPorts,
): Soon<Found> {
  const now = ports.now();
  if (!first || first.entry.keepUntil <= now) return URI_MISS;
  if (first.entry.kind === "response") {
    // Stored before the route set its responses apart by cookie, country, …: for whom it was is not known.
    if (plan.rules.selectors.length > 0) return VARY_MISS;
    return { kind: "response", at: plan.key, stored: withBody(first) };
  }
  const variant = chooseVariant(first.entry, request, plan.rules);
  const { variants } = first.entry;
  if (!variant) return variantMiss(variants);
  return whenHere(ports.store.get(variant.key), (second) =>
    second?.entry.kind === "response" && second.entry.keepUntil > now
      ? { kind: "response", at: variant.key, stored: withBody(second) }
      : variantMiss(variants),
  );
}

const URI_MISS: Found = { kind: "absent", fwd: "uri-miss" };
const VARY_MISS = { kind: "absent", fwd: "vary-miss" } as const;

/** By what the newest variant was selected the next one will be too, unless its Vary has changed. */
const variantMiss = ([newest]: readonly Variant[]): Found =>
  newest ? { ...VARY_MISS, selectors: Object.keys(newest.selectors) } : VARY_MISS;

const withBody = ({ entry, body, prepared, apart }: Stored): StoredResponseWithBody => {
  if (entry.kind !== "response") throw new Error("an index is no response");
  return { entry, body, prepared, apart };
};
