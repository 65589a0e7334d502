// Brings a stored response up to date behind the client's back, once at a time for each key. Flow.
import type { Ports } from "../ports.ts";
import type { Demand } from "./demand.ts";
import { fetchFresh } from "./fetch-fresh.ts";
import { findStored } from "./find-stored.ts";
import { unconditional } from "./origin-ask.ts";
import type { LookupPlan } from "./plan.ts";

export interface Refreshing {
  readonly demand: Demand;
  readonly plan: LookupPlan;
}

export function refresh({ demand, plan }: Refreshing, ports: Ports): void {
  const boarding = ports.flights.board(plan.key, ports.now());
  if (boarding.kind === "wait") return; // somebody refreshes already
  const land = boarding.kind === "lead" ? boarding.land : () => {};
  ports.background(fetchAndDrain({ demand: inBackground(demand), plan }, land, ports));
}

/** A copy of the client's request that wants the whole, and that no client can cancel. */
function inBackground(demand: Demand): Demand {
  const headers = new Headers(demand.asked.headers);
  for (const name of ["range", "if-range", "if-none-match", "if-modified-since"]) headers.delete(name);
  return {
    ...demand,
    asked: { ...demand.asked, method: demand.asked.method === "HEAD" ? "GET" : demand.asked.method, headers },
    ask: { ...unconditional(demand.ask), method: demand.ask.method === "HEAD" ? "GET" : demand.ask.method },
    signal: undefined,
  };
}

async function fetchAndDrain(
  { demand, plan }: Refreshing,
  land: Parameters<typeof fetchFresh>[0]["land"],
  ports: Ports,
): Promise<void> {
  try {
    // Its own copy of what is stored: the client reads the other.
    const found = await findStored(plan, demand.asked, ports);
    const { result } = await fetchFresh({ demand, plan, found, land }, ports);
    // Nobody reads this branch: what is not read to the end would hold the body in memory.
    if (result.ok && result.value.body instanceof ReadableStream)
      await result.value.body.pipeTo(new WritableStream());
  } finally {
    land({ kind: "failed" }); // of no effect where it has landed
  }
}
