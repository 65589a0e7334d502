// Concurrent requests for one key make one request to the origin, where its answer may serve them all. Flow.
// A waiter keeps a timer of its own (the runtime may cancel a request that waits on nothing but another's
// promise), and asks for itself when that fires.
import { ok } from "../../../shared/result.ts";
import type { Ports } from "../../ports.ts";
import type { Answer, Demand } from "../demand.ts";
import type { Land, Landing } from "../flights.ts";
import { tellClient } from "../law/for-client.ts";
import { judge } from "../law/judge.ts";
import { flightKey } from "../law/key.ts";
import type { LookupPlan } from "../law/plan.ts";
import { selectorNamed } from "../law/selectors.ts";
import { storedReply } from "../law/stored-reply.ts";
import { fetchFresh } from "./fetch-fresh.ts";
import type { Found } from "./find-stored.ts";

export interface Missing {
  readonly demand: Demand;
  readonly plan: LookupPlan;
  readonly found: Found;
}

/** Longer than this nobody waits for another's request. */
const WAIT_AT_MOST_MS = 5_000;
/** After so many leaders that failed everyone asks for themselves, or a dead origin would queue them up. */
const LEADERS_AT_MOST = 2;

export function fetchCollapsed(missing: Missing, ports: Ports): Promise<Answer> {
  return isCollapsible(missing) ? board(missing, ports) : fetchAlone(missing, ports);
}

function board(missing: Missing, ports: Ports, leadersBefore = 0): Promise<Answer> {
  if (leadersBefore >= LEADERS_AT_MOST) return fetchAlone(missing, ports);
  const boarding = ports.flights.board(flightKey(missing.plan, missing.demand), ports.now());
  switch (boarding.kind) {
    case "alone":
      return fetchAlone(missing, ports);
    case "lead":
      return lead(missing, boarding.land, ports);
    case "wait":
      return waitFor(boarding.landed, missing, ports, leadersBefore);
  }
}

async function waitFor(
  landed: Promise<Landing>,
  missing: Missing,
  ports: Ports,
  leadersBefore: number,
): Promise<Answer> {
  const landing = await landingOf(landed, ports);
  if (landing.kind === "failed") return board(missing, ports, leadersBefore + 1);
  const answer = landing.kind === "shared" ? answerFromLanding(missing, landing, ports) : undefined;
  return answer ?? fetchAlone(missing, ports);
}

export function landingOf(landed: Promise<Landing>, ports: Pick<Ports, "wait">): Promise<Landing> {
  return Promise.race([landed, ports.wait(WAIT_AT_MOST_MS).then(() => TIMED_OUT)]);
}

const TIMED_OUT: Landing = { kind: "not-shared" };

/** What is answered to one request only is for nobody else: a HEAD, a part, a "not modified" that the client asks for. */
function isCollapsible({ demand: { asked }, found }: Missing): boolean {
  if (asked.method !== "GET" && asked.method !== "QUERY") return false;
  if (asked.headers.has("range")) return false;
  return found.kind === "response" || !CONDITIONS.some((name) => asked.headers.has(name));
}

const CONDITIONS = ["if-none-match", "if-modified-since"];

function fetchAlone(missing: Missing, ports: Ports): Promise<Answer> {
  return fetchFresh({ ...missing, land: () => {} }, ports);
}

/** Async, so that a bug rejects: whoever waits is to be told that the leader failed. */
async function fetchFor(missing: Missing, land: Land, ports: Ports): Promise<Answer> {
  return await fetchFresh({ ...missing, land }, ports);
}

/** In the background too, so that it goes on for those who wait when the leader's own client hangs up. */
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

/** Undefined where the answer is another variant than this request's, or too old by now. */
function answerFromLanding(
  { demand, plan, found }: Missing,
  { entry, bytes, selectors }: Extract<Landing, { kind: "shared" }>,
  ports: Ports,
): Answer | undefined {
  const fits = Object.entries(selectors).every(
    ([name, value]) => selectorNamed(name, plan.rules)?.valueFor(demand) === value,
  );
  const now = ports.now();
  if (!fits || judge(entry, now).kind !== "fresh") return undefined;
  const answering = { asked: demand.asked, now, boundary: demand.requestId };
  const reply = storedReply({ entry, body: bytes }, answering);
  if (!reply) return undefined;
  tellClient(reply.headers, plan.rules, true);
  const fwd = found.kind === "absent" ? found.fwd : "stale";
  return { result: ok(reply), cache: { kind: "forward", fwd, collapsed: true } };
}
