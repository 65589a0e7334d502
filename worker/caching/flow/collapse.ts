// Collapses concurrent requests for one key into one request to the origin, if its answer may serve all of them. collapsible.ts
// decides which requests may wait. Each waiting request has its own timer, because the runtime may cancel a request that waits
// only for another request's promise. When the timer fires or the leader fails, the request looks in the store again. The first
// of the waiting requests then takes the lead, and the others continue to wait.

import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { type Answer, bodyOf } from "../demand.ts";
import type { Boarding, Land, Landing } from "../flights.ts";
import { flightKey, flightKeyBy, mayLead } from "../law/collapsible.ts";
import { judge } from "../law/judge.ts";
import { selectorNamed } from "../law/selectors.ts";
import { formFor } from "../slices/in-slices.ts";
import { find, forwardReason, type Held, heldIn } from "../stockroom.ts";
import { fetchFresh } from "./fetch-fresh.ts";
import type { Form, LookedUp } from "./form.ts";
import { answerFromStored } from "./from-stored.ts";
import { landingOf } from "./landing.ts";

/** After this many waits a request asks the origin itself, so that its client does not wait for ever. */
const WAITS_AT_MOST = 3;
/** After this many failed leaders every request asks the origin itself. Otherwise a dead origin would queue them up. */
const FAILURES_AT_MOST = 2;

interface Missing extends LookedUp {
  readonly form: Form;
}

/** The history of a request that waits for others. */
interface Way {
  readonly key: string;
  readonly failures: number;
  readonly waits: number;
  /** It now waits for its own variant, known from an answer with another variant. */
  readonly byVariant: boolean;
  readonly inVainFor?: number;
}

export function fetchCollapsed(lookedUp: LookedUp, ports: Ports): Promise<Answer> {
  return fetchIn(formFor(lookedUp), lookedUp, ports);
}

function fetchIn(form: Form, lookedUp: LookedUp, ports: Ports): Promise<Answer> {
  const { demand, plan, found } = lookedUp;
  const missing = { ...lookedUp, form };
  const key = form.isCollapsible(demand.asked, found) ? flightKey(plan, found, demand) : undefined;
  if (key === undefined) return fetchUnshared(missing, ports);
  return board(missing, { key: key + form.mark, failures: 0, waits: 0, byVariant: false }, ports);
}

function board(missing: Missing, way: Way, ports: Ports): Promise<Answer> {
  if (way.failures >= FAILURES_AT_MOST || way.waits >= WAITS_AT_MOST) return fetchAlone(missing, ports);
  const { demand, found } = missing;
  const boarder = { mayLead: mayLead(demand.asked, heldIn(found)?.entry), inVainFor: way.inVainFor };
  const boarding = ports.flights.board(way.key, ports.now(), boarder);
  switch (boarding.kind) {
    case "not-shared":
      return fetchUnshared(missing, ports);
    case "alone":
      return fetchAlone(missing, ports);
    case "lead":
      return lead(missing, boarding.land, ports);
    case "wait":
      return waitFor(boarding, missing, way, ports);
  }
}

async function waitFor(
  { landed, leader }: Extract<Boarding, { kind: "wait" }>,
  missing: Missing,
  way: Way,
  ports: Ports,
): Promise<Answer> {
  const landing = await landingOf(landed, ports);
  if (landing.kind === "not-shared") return fetchUnshared(missing, ports);
  const answer = await answerAfter(landing, missing, ports);
  if (answer) return answer;
  switch (landing.kind) {
    case "shared": {
      const { demand, plan, form } = missing;
      const key = way.byVariant ? undefined : flightKeyBy(Object.keys(landing.selectors), plan, demand);
      if (key === undefined || key + form.mark === way.key) return fetchAlone(missing, ports);
      return board(missing, { ...way, key: key + form.mark, byVariant: true }, ports);
    }
    case "stored":
      return fetchAlone(missing, ports);
    case "failed":
      return board(missing, { ...way, failures: way.failures + 1 }, ports);
    case "late":
      return board(missing, { ...way, waits: way.waits + 1, inVainFor: leader }, ports);
  }
}

/** Runs in the background too, so that it continues for the waiting requests if the leader's client disconnects. */
function lead(missing: Missing, land: Land, ports: Ports): Promise<Answer> {
  const work = fetchFor(missing, land, ports);
  ports.background(
    work.then(
      () => {},
      (bug: unknown) => {
        land({ kind: "failed" });
        throw bug;
      },
    ),
  );
  return orInstead(work, missing, ports);
}

/** Async, so that an exception becomes a rejection, and the waiting requests learn that the leader failed. */
async function fetchFor(missing: Missing, land: Land, ports: Ports): Promise<Answer | undefined> {
  return await fetchFresh({ ...missing, land }, ports);
}

function fetchAlone(missing: Missing, ports: Ports): Promise<Answer> {
  return orInstead(fetchFresh({ ...missing, land: () => {} }, ports), missing, ports);
}

/** Nothing that comes in this form can be shared. In another form it may be. */
function fetchUnshared(missing: Missing, ports: Ports): Promise<Answer> {
  const { form } = missing;
  return form.instead ? fetchIn(form.instead, missing, ports) : fetchAlone(missing, ports);
}

function orInstead(work: Promise<Answer | undefined>, missing: Missing, ports: Ports): Promise<Answer> {
  return work.then((answer) => {
    if (answer) return answer;
    const { instead } = missing.form;
    if (!instead) throw new Error("a file can be fetched in no form");
    return fetchIn(instead, missing, ports);
  });
}

/**
 * The answer from what has landed, or from what a request, here or in another isolate, has stored in the meantime. Undefined if
 * it is of another variant or no longer fresh.
 */
async function answerAfter(
  landing: Landing | { kind: "late" },
  missing: Missing,
  ports: Ports,
): Promise<Answer | undefined> {
  const held = landing.kind === "shared" ? sharedWith(missing, landing) : await heldNow(missing, ports);
  if (!held) return undefined;
  const { demand, plan, found } = missing;
  const cache = { kind: "forward", fwd: forwardReason(found), collapsed: true } as const;
  const isFresh = judge(held.stored.entry, ports.now()).kind === "fresh";
  const given = isFresh
    ? await answerFromStored(held, { demand, plan, cache, mayAsk: true }, ports)
    : "unusable";
  const answer = typeof given === "string" ? undefined : given;
  letGo(held.stored.body, ports, answer && bodyOf(answer));
  return answer;
}

/** Undefined if the landed response is of another variant. */
function sharedWith(
  { demand, plan }: Missing,
  { entry, bytes, selectors }: Extract<Landing, { kind: "shared" }>,
): Held | undefined {
  const fits = Object.entries(selectors).every(
    ([name, value]) => selectorNamed(name, plan.rules)?.valueFor(demand) === value,
  );
  return fits ? { at: plan.key, stored: { entry, body: bytes } } : undefined;
}

async function heldNow({ demand, plan }: Missing, ports: Ports): Promise<Held | undefined> {
  const found = await find(plan, demand, ports);
  return found.kind === "response" ? found : undefined;
}
