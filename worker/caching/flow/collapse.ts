// Collapses concurrent requests for one key into one request to the origin, if its answer may serve all of them. collapsible.ts
// decides which requests may wait. Each waiting request has its own timer, because the runtime may cancel a request that waits
// only for another request's promise. When the timer fires or the leader fails, the request looks in the store again. The first
// of the waiting requests then takes the lead, and the others continue to wait.
import type { Ports } from "../../isolate.ts";
import type { Answer } from "../demand.ts";
import type { Boarding, Land } from "../flights.ts";
import { flightKey, flightKeyBy, mayLead } from "../law/collapsible.ts";
import { formFor } from "../slices/in-slices.ts";
import { heldIn } from "../stockroom.ts";
import { sincePurge } from "./against-purges.ts";
import { board, landingOf } from "./boarding.ts";
import { fetchFresh } from "./fetch-fresh.ts";
import type { Fetching, Form, LookedUp } from "./form.ts";
import { answerAfter } from "./landed-answer.ts";

/** After this many waits a request asks the origin itself, so that its client does not wait for ever. */
const WAITS_AT_MOST = 3;
/** After this many failed leaders every request asks the origin itself. Otherwise a dead origin would queue them up. */
const FAILURES_AT_MOST = 2;

type Missing = Omit<Fetching, "land">;

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
  return boardFor(
    missing,
    { key: flightIn(missing, key, ports), failures: 0, waits: 0, byVariant: false },
    ports,
  );
}

const flightIn = ({ form, demand }: Missing, key: string, ports: Ports): string =>
  key + form.mark + sincePurge(key, demand.asked, ports);

function boardFor(missing: Missing, way: Way, ports: Ports): Promise<Answer> {
  if (way.failures >= FAILURES_AT_MOST || way.waits >= WAITS_AT_MOST) return fetchAlone(missing, ports);
  const { demand, found } = missing;
  const boarder = { mayLead: mayLead(demand.asked, heldIn(found)?.entry), inVainFor: way.inVainFor };
  const boarding = board(way.key, boarder, ports);
  switch (boarding.kind) {
    case "not-shared":
      return fetchUnshared(boarding.isUnstorable ? unstored(missing, way.key, ports) : missing, ports);
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
      const { demand, plan } = missing;
      const at = way.byVariant ? undefined : flightKeyBy(Object.keys(landing.selectors), plan, demand);
      const key = at === undefined ? undefined : flightIn(missing, at, ports);
      if (key === undefined || key === way.key) return fetchAlone(missing, ports);
      return boardFor(missing, { ...way, key, byVariant: true }, ports);
    }
    case "stored":
      return fetchAlone(missing, ports);
    case "failed":
      return boardFor(missing, { ...way, failures: way.failures + 1 }, ports);
    case "late":
      return boardFor(missing, { ...way, waits: way.waits + 1, inVainFor: leader }, ports);
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

/** From the first response that is stored after all, the next ones are watched. */
function unstored(missing: Missing, key: string, { hitForMiss, now }: Ports): Missing {
  return { ...missing, isStoredAfterAll: () => hitForMiss.remember(key, now()) };
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
