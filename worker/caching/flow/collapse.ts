// Collapses concurrent requests for one key into one request to the origin, if its answer may serve all of them. collapsible.ts
// decides which requests may wait. Each waiting request has its own timer, because the runtime may cancel a request that waits
// only for another request's promise. When the timer fires or the leader fails, the request looks in the store again. The first
// of the waiting requests then takes the lead, and the others continue to wait.
import { ok } from "../../../shared/result.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Answer, Demand } from "../demand.ts";
import { answeringOf } from "../demand.ts";
import type { Boarding, Land, Landing } from "../flights.ts";
import { flightKey, flightKeyBy, isCollapsible, mayLead } from "../law/collapsible.ts";
import { tellClient } from "../law/for-client.ts";
import { judge } from "../law/judge.ts";
import type { LookupPlan } from "../law/plan.ts";
import { selectorNamed } from "../law/selectors.ts";
import { storedReply } from "../law/stored-reply.ts";
import { type Found, find, forwardReason } from "../stockroom.ts";
import { fetchFresh } from "./fetch-fresh.ts";

export interface Missing {
  readonly demand: Demand;
  readonly plan: LookupPlan;
  readonly found: Found;
}

/** The longest wait for one leader. */
const WAIT_AT_MOST_MS = 5_000;
/** After this many waits of that length a request asks the origin itself, so that its client does not wait for ever. */
const WAITS_AT_MOST = 3;
/** After this many failed leaders every request asks the origin itself. Otherwise a dead origin would queue them up. */
const FAILURES_AT_MOST = 2;

/** The history of a request that waits for others. */
interface Way {
  readonly key: string;
  readonly failures: number;
  readonly waits: number;
  /** It now waits for its own variant, known from an answer with another variant. */
  readonly byVariant: boolean;
  readonly inVainFor?: number;
}

export function fetchCollapsed(missing: Missing, ports: Ports): Promise<Answer> {
  const { demand, plan, found } = missing;
  const key = isCollapsible(demand.asked, found) ? flightKey(plan, found, demand) : undefined;
  if (key === undefined) return fetchAlone(missing, ports);
  return board(missing, { key, failures: 0, waits: 0, byVariant: false }, ports);
}

function board(missing: Missing, way: Way, ports: Ports): Promise<Answer> {
  if (way.failures >= FAILURES_AT_MOST || way.waits >= WAITS_AT_MOST) return fetchAlone(missing, ports);
  const { demand, found } = missing;
  const boarder = {
    mayLead: mayLead(demand.asked, found.kind === "response" ? found.stored.entry : undefined),
    inVainFor: way.inVainFor,
  };
  const boarding = ports.flights.board(way.key, ports.now(), boarder);
  switch (boarding.kind) {
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
  const { demand, plan } = missing;
  const landing = await landingOf(landed, ports);
  switch (landing.kind) {
    case "not-shared":
      return fetchAlone(missing, ports);
    case "shared": {
      const answer = answerFromLanding(missing, landing, ports);
      if (answer) return answer;
      const key = way.byVariant ? undefined : flightKeyBy(Object.keys(landing.selectors), plan, demand);
      if (key === undefined || key === way.key) return fetchAlone(missing, ports);
      return board(missing, { ...way, key, byVariant: true }, ports);
    }
  }
  const answer = await answerFromStore(missing, ports);
  if (answer) return answer;
  if (landing.kind === "stored") return fetchAlone(missing, ports);
  if (landing.kind === "failed") return board(missing, { ...way, failures: way.failures + 1 }, ports);
  return board(missing, { ...way, waits: way.waits + 1, inVainFor: leader }, ports);
}

const LATE = { kind: "late" } as const;

export function landingOf(
  landed: Promise<Landing>,
  ports: Pick<Ports, "after">,
): Promise<Landing | typeof LATE> {
  return new Promise((resolve) => {
    const callOff = ports.after(WAIT_AT_MOST_MS, () => resolve(LATE));
    void landed.then((landing) => {
      callOff();
      resolve(landing);
    });
  });
}

function fetchAlone(missing: Missing, ports: Ports): Promise<Answer> {
  return fetchFresh({ ...missing, land: () => {} }, ports);
}

/** Async, so that an exception becomes a rejection, and the waiting requests learn that the leader failed. */
async function fetchFor(missing: Missing, land: Land, ports: Ports): Promise<Answer> {
  return await fetchFresh({ ...missing, land }, ports);
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
  return work;
}

/** Undefined if the answer is of another variant or no longer fresh. */
function answerFromLanding(
  missing: Missing,
  { entry, bytes, selectors }: Extract<Landing, { kind: "shared" }>,
  ports: Ports,
): Answer | undefined {
  const { demand, plan } = missing;
  const fits = Object.entries(selectors).every(
    ([name, value]) => selectorNamed(name, plan.rules)?.valueFor(demand) === value,
  );
  if (!fits || judge(entry, ports.now()).kind !== "fresh") return undefined;
  return collapsedAnswer(
    missing,
    storedReply({ entry, body: bytes }, answeringOf(missing.demand, ports.now())),
  );
}

/** A response that another isolate or another request has stored in the meantime; undefined if it is not fresh. */
async function answerFromStore(missing: Missing, ports: Ports): Promise<Answer | undefined> {
  const found = await find(missing.plan, missing.demand, ports);
  if (found.kind === "absent") return undefined;
  const isFresh = judge(found.stored.entry, ports.now()).kind === "fresh";
  const reply = isFresh ? storedReply(found.stored, answeringOf(missing.demand, ports.now())) : undefined;
  letGo(found.stored.body, ports, reply?.body);
  return collapsedAnswer(missing, reply);
}

function collapsedAnswer(
  { plan, found }: Missing,
  reply: ReturnType<typeof storedReply>,
): Answer | undefined {
  if (!reply) return undefined;
  tellClient(reply, plan.rules, true);
  const fwd = forwardReason(found);
  return { result: ok(reply), cache: { kind: "forward", fwd, collapsed: true } };
}
