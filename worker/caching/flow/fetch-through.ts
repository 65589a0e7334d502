// Answers from the store or through an origin. These are the steps of the cache: plan, find, judge, answer. The decisions are
// in law/.
import { err } from "../../../shared/result.ts";
import { type Soon, whenHere } from "../../../shared/soon.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { type Answer, bodyOf, type Demand } from "../demand.ts";
import { judge } from "../law/judge.ts";
import { planLookup } from "../law/plan.ts";
import { find, forget, type Held, URI_MISS } from "../stockroom.ts";
import { fetchCollapsed } from "./collapse.ts";
import type { LookedUp, NoAnswer } from "./form.ts";
import { answerFromStored } from "./from-stored.ts";
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
function lettingGo({ stored }: Held, answer: Answer, ports: Pick<Ports, "background">): Answer {
  letGo(stored.body, ports, bodyOf(answer));
  return answer;
}

function answerWith(lookedUp: LookedUp, ports: Ports): Soon<Answer> {
  return whenHere(answerIfUsable(lookedUp, ports), (given) => {
    if (typeof given !== "string") return given;
    const { plan } = lookedUp;
    if (plan.onlyIfCached) {
      return { result: err({ reason: "not-cached" }), cache: { kind: "none", detail: "only-if-cached" } };
    }
    if (given === "unusable") return fetchCollapsed(lookedUp, ports);
    return forget(plan.key, ports).then(() => fetchCollapsed({ ...lookedUp, found: URI_MISS }, ports));
  });
}

/** The answer from the store, unless the origin must be asked first. */
function answerIfUsable(lookedUp: LookedUp, ports: Ports): Soon<Answer | NoAnswer> {
  const { demand, plan, found } = lookedUp;
  if (found.kind === "absent") return "unusable";
  const verdict = judge(found.stored.entry, ports.now());
  if (verdict.kind === "revalidate") return "unusable";
  const ttlSeconds = Math.floor(verdict.ttlMs / 1000);
  const hit = { kind: "hit", ttlSeconds } as const;
  if (verdict.kind === "fresh") {
    return answerFromStored(found, { demand, plan, cache: hit, mayAsk: true }, ports);
  }
  const cache = { ...hit, detail: verdict.kind };
  return whenHere(answerFromStored(found, { demand, plan, cache, mayAsk: true }, ports), (given) => {
    if (typeof given !== "string") refresh({ demand, plan, found }, ports);
    return given;
  });
}
