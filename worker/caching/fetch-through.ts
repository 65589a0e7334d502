// Answers from the store, or through an origin. The cache's own pipeline: plan, find, judge, answer.
// Flow: every decision is a pure function of the folder.
import { err, ok } from "../../shared/result.ts";
import type { Ports } from "../ports.ts";
import { fetchCollapsed, type Missing } from "./collapse.ts";
import type { Answer, Demand } from "./demand.ts";
import { answerInSlices, slicingFor } from "./fetch-slices.ts";
import { type Found, findStored } from "./find-stored.ts";
import { tellClient } from "./for-client.ts";
import { judge } from "./judge.ts";
import { letGo } from "./let-go.ts";
import { passThrough } from "./pass-through.ts";
import { type LookupPlan, planLookup } from "./plan.ts";
import { planBodiless, planQuery } from "./query.ts";
import { refresh } from "./refresh.ts";
import { storedReply } from "./stored-reply.ts";

export async function answerThroughCache(asDemanded: Demand, ports: Ports): Promise<Answer> {
  const { asked, action, site } = asDemanded;
  const planned = planLookup(asked, action.cache, site.name);
  const asking =
    asked.method === "QUERY"
      ? await planQuery(planned, asDemanded, ports)
      : ok(planBodiless(planned, asDemanded));
  if (!asking.ok) return { result: asking };
  const { plan, demand } = asking.value;
  if (plan.kind === "pass") return passThrough(demand, plan, ports);

  const found = await findStored(plan, asked, ports);
  const answer = await answerWith({ demand, plan, found }, ports);
  if (found.kind === "response") {
    letGo(found.stored.body, ports, answer.result.ok ? answer.result.value.body : null);
  }
  return answer;
}

async function answerWith({ demand, plan, found }: Missing, ports: Ports): Promise<Answer> {
  const fromStore = found.kind === "response" ? answerFromStore(demand, plan, found, ports) : undefined;
  if (fromStore) return fromStore;
  if (plan.onlyIfCached)
    return { result: err({ reason: "not-cached" }), cache: { kind: "none", detail: "only-if-cached" } };
  const missing = { demand, plan, found };
  const inSlices = slicingFor(missing);
  return (inSlices && (await answerInSlices(inSlices, ports))) ?? fetchCollapsed(missing, ports);
}

/** Undefined where the origin has to be asked first. */
function answerFromStore(
  demand: Demand,
  plan: LookupPlan,
  found: Extract<Found, { kind: "response" }>,
  ports: Ports,
): Answer | undefined {
  const now = ports.now();
  const verdict = judge(found.stored.entry, now);
  if (verdict.kind === "revalidate") return undefined;
  const reply = storedReply(found.stored, { asked: demand.asked, now, boundary: demand.requestId });
  if (!reply) return undefined;
  tellClient(reply.headers, plan.rules, true);
  const ttlSeconds = Math.floor(verdict.ttlMs / 1000);
  if (verdict.kind === "fresh") return { result: ok(reply), cache: { kind: "hit", ttlSeconds } };
  refresh({ demand, plan }, ports);
  return { result: ok(reply), cache: { kind: "hit", ttlSeconds, detail: "stale-while-revalidate" } };
}
