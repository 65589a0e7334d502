// QUERY (RFC 10008): a safe request whose body says what is asked, and so belongs to the key. Flow: it reads the body.
import { keepForReplay } from "../balancing/replay.ts";
import type { Ports } from "../ports.ts";
import type { Demand } from "./demand.ts";
import { generationKey, queryKey } from "./key.ts";
import type { Plan } from "./plan.ts";
import { addVariant } from "./variants.ts";

/** A longer question is passed on and its answer not kept. */
const MAX_QUERY_BYTES = 65_536;

const GENERATION_MS = 365 * 86_400_000;

export type QueryPlan =
  | Plan
  | { readonly kind: "pass"; readonly fwd: "bypass"; readonly because: "query-too-long" };

export async function planQuery(
  plan: Plan,
  demand: Demand,
  ports: Pick<Ports, "store" | "newId" | "now">,
): Promise<{ plan: QueryPlan; demand: Demand }> {
  if (plan.kind !== "lookup") return { plan, demand };
  // The body of a GET says nothing (RFC 9110 §9.3.1); one that the origin heeds would poison the cache.
  if (demand.asked.method !== "QUERY") return { plan, demand: { ...demand, body: null } };
  const replay = demand.body ? await keepForReplay(demand.body, MAX_QUERY_BYTES) : undefined;
  if (replay && (!replay.ok || !(replay.value.body instanceof Uint8Array))) {
    const rest = replay.ok && replay.value.body instanceof ReadableStream ? replay.value.body : null;
    return {
      plan: { kind: "pass", fwd: "bypass", because: "query-too-long" },
      demand: { ...demand, body: rest },
    };
  }
  const bytes = replay?.ok && replay.value.body instanceof Uint8Array ? replay.value.body : new Uint8Array();
  const digest = await digestOf(demand.asked.headers.get("content-type") ?? "", bytes);
  return {
    plan: { ...plan, key: queryKey(plan.key, await generationOf(plan.key, ports), digest) },
    demand: { ...demand, body: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() },
  };
}

/**
 * How many questions a URL has been asked, nobody counts; a change of it makes all answers worthless at once
 * (RFC 9111 §4.4), by deleting what all their keys begin with. One that a store has evicted does so too.
 */
async function generationOf(key: string, ports: Pick<Ports, "store" | "newId" | "now">): Promise<string> {
  const at = generationKey(key);
  const stored = (await ports.store.get(at))?.entry;
  const known =
    stored?.kind === "variants" && stored.keepUntil > ports.now() ? stored.variants[0] : undefined;
  if (known) return known.key;
  const variant = { selectors: {}, language: null, key: ports.newId() };
  await ports.store.put(at, addVariant(undefined, variant, ports.now() + GENERATION_MS).index, null);
  return variant.key;
}

/** The same bytes under another Content-Type are another question. */
async function digestOf(contentType: string, bytes: Uint8Array): Promise<string> {
  const type = new TextEncoder().encode(`${contentType}\n`);
  const all = new Uint8Array(type.length + bytes.length);
  all.set(type);
  all.set(bytes, type.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
