// Revalidates a stored response in the background, once at a time per response.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { bodyOf, type Demand } from "../demand.ts";
import type { Land } from "../flights.ts";
import { judge } from "../law/judge.ts";
import { formFor, formOf } from "../slices/in-slices.ts";
import { find, type Held } from "../stockroom.ts";
import { sincePurge } from "./against-purges.ts";
import { leadInBackground } from "./boarding.ts";
import { fetchFresh } from "./fetch-fresh.ts";
import type { Form, LookedUp } from "./form.ts";

interface Refreshing extends LookedUp {
  readonly found: Extract<LookedUp["found"], Held>;
}

export function refresh(refreshing: Refreshing, ports: Ports): void {
  refreshAs(formOf(refreshing), refreshing, ports);
}

/** The flight has the response's own key. Variants of one cache key do not wait for one another. */
function refreshAs(form: Form, refreshing: Refreshing, ports: Ports): void {
  const { at } = refreshing.found;
  const key = at + form.mark + sincePurge(at, refreshing.demand.asked, ports);
  if (form.instead && ports.hitForMiss.has(key, ports.now())) {
    refreshAs(form.instead, refreshing, ports);
    return;
  }
  const land = leadInBackground(key, ports);
  if (land) ports.background(fetchInBackground(form, refreshing, land, ports));
}

async function fetchInBackground(
  wished: Form,
  refreshing: Refreshing,
  land: Land,
  ports: Ports,
): Promise<void> {
  const { plan } = refreshing;
  try {
    const demand = inBackground(refreshing.demand);
    // Looks up its own copy of the stored body, because the client reads the other.
    const found = await find(plan, demand, ports);
    if (found.kind === "response" && judge(found.stored.entry, ports.now()).kind === "fresh") {
      letGo(found.stored.body, ports); // another request has refreshed it
      return land({ kind: "failed" });
    }
    // The whole may be stored by now, and the site may add `no-store` to the request.
    const form = wished.instead ? formFor({ demand, plan, found }) : wished;
    const answer = await fetchFresh({ demand, plan, found, form, land }, ports);
    const body = answer ? bodyOf(answer) : null;
    if (found.kind === "response") letGo(found.stored.body, ports, body);
    letGo(body, ports); // no client reads it; the copy for the store continues
    if (!answer && form.instead) refreshAs(form.instead, refreshing, ports);
  } catch (bug) {
    land({ kind: "failed" });
    throw bug;
  }
}

/** Fields about one client: its copy, the part it wants, its wish not to have the response stored. */
const OF_ONE_CLIENT = ["range", "if-range", "if-none-match", "if-modified-since", "cache-control", "pragma"];

/** A copy of the client's request that asks for the whole, and that the client cannot cancel. */
function inBackground(demand: Demand): Demand {
  const { asked } = demand;
  const without = (original: Headers) => {
    const headers = new Headers(original);
    for (const name of OF_ONE_CLIENT) headers.delete(name);
    return headers;
  };
  const method = asked.method === "HEAD" ? "GET" : asked.method;
  const original = demand.ask();
  const ask = { ...original, method, headers: without(original.headers) };
  const { pins: _boundTo, ...anyone } = asked;
  return {
    ...demand,
    asked: { ...anyone, method, headers: without(asked.headers) },
    ask: () => ask,
  };
}
