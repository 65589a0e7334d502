// Answers from the store or through an origin. These are the steps of the cache: plan, find, judge, answer. The decisions are
// in law/.
import { err, ok } from "../../../shared/result.ts";
import { type Soon, whenHere } from "../../../shared/soon.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Answer, Demand } from "../demand.ts";
import { answeringOf } from "../demand.ts";
import { tellClient } from "../law/for-client.ts";
import { judge } from "../law/judge.ts";
import { type LookupPlan, planLookup } from "../law/plan.ts";
import { storedReply } from "../law/stored-reply.ts";
import { answerInSlices, slicingFor } from "../slices/fetch-slices.ts";
import { type Found, find } from "../stockroom.ts";
import { fetchCollapsed, type Missing } from "./collapse.ts";
import { passThrough } from "./pass-through.ts";
import { type Planned, planBodiless, planQuery } from "./query.ts";
import { refresh } from "./refresh.ts";

/** Answers at once if memory holds the response. */
export function answerThroughCache(demand: Demand, ports: Ports): Soon<Answer> {
  const { asked, action } = demand;
  const plan = planLookup(asked, action.cache);
  if (asked.method !== "QUERY") return answerPlanned(planBodiless(plan, demand), ports);
  return planQuery(plan, demand, ports).then((planned) =>
    planned.ok ? answerPlanned(planned.value, ports) : { result: planned },
  );
}

function answerPlanned({ plan, demand }: Planned, ports: Ports): Soon<Answer> {
  if (plan.kind === "pass") return passThrough(demand, plan, ports);
  return whenHere(find(plan, demand, ports), (found) => {
    const answer = answerWith({ demand, plan, found }, ports);
    return found.kind === "response" ? whenHere(answer, (given) => lettingGo(found, given, ports)) : answer;
  });
}

/** Releases a body that was found but is not part of the answer. */
function lettingGo(
  { stored }: Extract<Found, { kind: "response" }>,
  answer: Answer,
  ports: Pick<Ports, "background">,
): Answer {
  letGo(stored.body, ports, answer.result.ok ? answer.result.value.body : null);
  return answer;
}

function answerWith({ demand, plan, found }: Missing, ports: Ports): Soon<Answer> {
  const fromStore = found.kind === "response" ? answerFromStore(demand, plan, found, ports) : undefined;
  if (fromStore) return fromStore;
  if (plan.onlyIfCached)
    return { result: err({ reason: "not-cached" }), cache: { kind: "none", detail: "only-if-cached" } };
  const missing = { demand, plan, found };
  const inSlices = slicingFor(missing);
  if (!inSlices) return fetchCollapsed(missing, ports);
  return answerInSlices(inSlices, ports).then((answer) => answer ?? fetchCollapsed(missing, ports));
}

/** Undefined if the origin must be asked first. */
function answerFromStore(
  demand: Demand,
  plan: LookupPlan,
  found: Extract<Found, { kind: "response" }>,
  ports: Ports,
): Answer | undefined {
  const now = ports.now();
  const verdict = judge(found.stored.entry, now);
  if (verdict.kind === "revalidate") return undefined;
  const reply = storedReply(found.stored, answeringOf(demand, now));
  if (!reply) return undefined;
  tellClient(reply, plan.rules, true);
  const ttlSeconds = Math.floor(verdict.ttlMs / 1000);
  if (verdict.kind === "fresh") return { result: ok(reply), cache: { kind: "hit", ttlSeconds } };
  refresh({ demand, plan, at: found.at }, ports);
  return { result: ok(reply), cache: { kind: "hit", ttlSeconds, detail: "stale-while-revalidate" } };
}
