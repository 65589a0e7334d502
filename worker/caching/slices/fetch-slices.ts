// Stores a large file as slices of fixed size, so that a range needs only its own slices and a broken transfer resumes where
// it ended. The cache key holds a manifest of the whole without bytes. It is fresh or stale, validated and invalidated like
// any entry, and only slices of its version count. law/slices.ts decides which slices are needed and whether they match.
import { ok } from "../../../shared/result.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Answer } from "../demand.ts";
import { answeringOf } from "../demand.ts";
import type { Land } from "../flights.ts";
import { landingOf, type Missing } from "../flow/collapse.ts";
import { inBackground } from "../flow/refresh.ts";
import type { CacheOutcome } from "../law/cache-outcome.ts";
import { flightKey } from "../law/collapsible.ts";
import { tellClient } from "../law/for-client.ts";
import { judge } from "../law/judge.ts";
import { asksForOneStretch, manifested, mayNotBeStored } from "../law/slices.ts";
import { storedReply } from "../law/stored-reply.ts";
import { find, forget, forwardReason } from "../stockroom.ts";
import { answerFrom, type Slicing } from "./answer-slices.ts";
import { learnFile } from "./learn-file.ts";

/** Undefined if slices cannot answer the request: the whole must be requested. */
export async function answerInSlices(slicing: Slicing, ports: Ports): Promise<Answer | undefined> {
  const { manifest } = slicing;
  if (!manifest) return learn(slicing, ports);
  const verdict = judge(manifest.stored.entry, ports.now());
  if (verdict.kind === "revalidate") return learn(slicing, ports);

  const isStale = verdict.kind === "stale-while-revalidate";
  const ttlSeconds = Math.floor(verdict.ttlMs / 1000);
  const cache: CacheOutcome = { kind: "hit", ttlSeconds, ...(isStale && { detail: verdict.kind }) };
  const answer = await answerFrom(manifest.stored.entry, manifest.at, { slicing, cache }, ports);
  if (isStale) learnInBackground(slicing, ports);
  if (answer !== "changed") return answer;
  await forget(slicing.plan.key, ports);
  const found = { kind: "absent", fwd: "uri-miss" } as const;
  return learn({ ...slicing, found, manifest: undefined }, ports);
}

/**
 * Undefined if the route uses no slices, the request is not for one range, or the whole is stored. A stored part does not
 * count as the whole: it may be from before the route used slices, or from a request for several ranges.
 */
export function slicingFor(missing: Missing): Slicing | undefined {
  const { demand, plan, found } = missing;
  const { sliceBytes, maxObjectBytes } = plan.rules;
  if (sliceBytes === undefined || sliceBytes > maxObjectBytes) return undefined; // `maxObject` applies to each slice
  if (!asksForOneStretch(demand.asked)) return undefined;
  const manifest = found.kind === "response" && manifested(found.stored.entry) ? found : undefined;
  if (found.kind === "response" && !found.stored.entry.part) return undefined;
  const { method } = demand.asked;
  return method === "GET" || (method === "HEAD" && manifest)
    ? { ...missing, sliceBytes, manifest }
    : undefined;
}

/** One request at a time learns what the file is. The others then find the manifest in the store. */
async function learn(slicing: Slicing, ports: Ports): Promise<Answer | undefined> {
  const { demand, plan } = slicing;
  if (demand.asked.method === "HEAD" || mayNotBeStored(demand.ask())) return undefined;
  const key = learning(slicing);
  if (key === undefined) return undefined;
  const boarding = ports.flights.board(key, ports.now());
  if (boarding.kind === "alone") return undefined;
  if (boarding.kind === "lead") return ask(slicing, boarding.land, ports);
  await landingOf(boarding.landed, ports);
  const found = await find(plan, demand, ports);
  if (found.kind === "absent" || judge(found.stored.entry, ports.now()).kind !== "fresh") return undefined;
  const cache = { kind: "forward", fwd: forwardReason(slicing.found), collapsed: true } as const;
  if (manifested(found.stored.entry)) {
    const answer = await answerFrom(found.stored.entry, found.at, { slicing, cache }, ports);
    return answer === "changed" ? undefined : answer;
  }
  const reply = storedReply(found.stored, answeringOf(slicing.demand, ports.now()));
  letGo(found.stored.body, ports, reply?.body);
  if (!reply) return undefined;
  tellClient(reply, plan.rules, true);
  return { result: ok(reply), cache };
}

function learnInBackground(slicing: Slicing, ports: Ports): void {
  const key = learning(slicing);
  const land = key === undefined ? undefined : ports.flights.lead(key, ports.now());
  if (!land) return;
  const refreshed = ask({ ...slicing, demand: inBackground(slicing.demand) }, land, ports);
  ports.background(
    refreshed.then((answer) => letGo(answer?.result.ok ? answer.result.value.body : null, ports)),
  );
}

async function ask(slicing: Slicing, land: Land, ports: Ports): Promise<Answer | undefined> {
  const work = learnFile(slicing, land, ports).catch((bug: unknown) => {
    land({ kind: "failed" });
    throw bug;
  });
  ports.background(work.then(() => {}));
  return work;
}

const learning = ({ plan, found, demand }: Missing): string | undefined => {
  const key = flightKey(plan, found, demand);
  return key === undefined ? undefined : `${key}#slices`;
};
