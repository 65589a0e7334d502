// Revalidates a stored response in the background, once at a time per response.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Demand } from "../demand.ts";
import type { Land } from "../flights.ts";
import { judge } from "../law/judge.ts";
import type { LookupPlan } from "../law/plan.ts";
import { find } from "../stockroom.ts";
import { fetchFresh } from "./fetch-fresh.ts";

export interface Refreshing {
  readonly demand: Demand;
  readonly plan: LookupPlan;
}

/** `at` is the key of the response. Variants of one cache key do not wait for one another. */
export function refresh({ demand, plan, at }: Refreshing & { at: string }, ports: Ports): void {
  const land = ports.flights.lead(at, ports.now());
  if (land) ports.background(fetchInBackground({ demand: inBackground(demand), plan }, land, ports));
}

/** Fields about one client: its copy, the part it wants, its wish not to have the response stored. */
const OF_ONE_CLIENT = ["range", "if-range", "if-none-match", "if-modified-since", "cache-control", "pragma"];

/** A copy of the client's request that asks for the whole, and that the client cannot cancel. */
export function inBackground(demand: Demand): Demand {
  const { asked } = demand;
  const without = (original: Headers) => {
    const headers = new Headers(original);
    for (const name of OF_ONE_CLIENT) headers.delete(name);
    return headers;
  };
  const method = asked.method === "HEAD" ? "GET" : asked.method;
  const original = demand.ask();
  const ask = { ...original, method, headers: without(original.headers) };
  return {
    ...demand,
    asked: { ...asked, method, headers: without(asked.headers) },
    ask: () => ask,
  };
}

async function fetchInBackground({ demand, plan }: Refreshing, land: Land, ports: Ports): Promise<void> {
  try {
    // Looks up its own copy of the stored body, because the client reads the other.
    const found = await find(plan, demand, ports);
    if (found.kind === "response" && judge(found.stored.entry, ports.now()).kind === "fresh") {
      letGo(found.stored.body, ports); // another request has refreshed it
      return land({ kind: "failed" });
    }
    const { result } = await fetchFresh({ demand, plan, found, land }, ports);
    const body = result.ok ? result.value.body : null;
    if (found.kind === "response") letGo(found.stored.body, ports, body);
    letGo(body, ports); // no client reads it; the copy for the store continues
  } catch (bug) {
    land({ kind: "failed" });
    throw bug;
  }
}
