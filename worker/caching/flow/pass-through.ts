// Requests that bypass the cache. They go to an origin, and the responses that they invalidate are forgotten.
import type { Ports } from "../../isolate.ts";
import { writtenBeside } from "../../rewriting/other-urls.ts";
import type { Answer, Demand } from "../demand.ts";
import { tellClient } from "../law/for-client.ts";
import { groupsInvalidated } from "../law/group-invalidation.ts";
import { invalidates, keysOfUrl, namedUrls } from "../law/invalidation.ts";
import { forgetChanged } from "../stockroom.ts";
import { askOrigin } from "./ask-origin.ts";
import { invalidateGroups } from "./invalidate-groups.ts";
import type { QueryPlan } from "./query.ts";
import { storeReply } from "./store-reply.ts";

export async function passThrough(
  demand: Demand,
  plan: Extract<QueryPlan, { kind: "pass" }>,
  ports: Ports,
): Promise<Answer> {
  const answer = await askOrigin(demand, demand.ask(), ports);
  const { result, sending } = answer;
  const cache = { kind: "forward", fwd: plan.fwd, detail: plan.because } as const;
  if (!result.ok) return { result, sending, cache };
  const reply = result.value;
  const { asked, site, action } = demand;
  const told = { ...cache, fwdStatus: reply.status };

  if (invalidates(asked.method, reply.status)) {
    const beside = writtenBeside(asked);
    const urls = [asked, ...(beside ? [beside] : []), ...namedUrls(reply.headers, asked)];
    const keys = new Set(urls.flatMap((url) => keysOfUrl(site, asked, url)));
    // Before the answer is sent: the client may request the changed resource at once.
    await Promise.all([...keys].map((key) => forgetChanged(key, answer.receivedAt, ports)));
    invalidateGroups(site.name, groupsInvalidated(reply.headers, asked.host), answer.receivedAt, ports);
  }
  if (asked.method === "POST" && action.cache && "key" in plan && plan.key !== undefined) {
    const { key } = plan;
    const asOf = ports.changes.asOf(answer.receivedAt);
    const passing = { demand, key, asOf, rules: action.cache, answer, held: undefined, land: () => {} };
    const stored = storeReply(reply, passing, ports);
    return {
      result: { ok: true, value: stored.reply },
      sending,
      cache: { ...told, ...(stored.kept.stored && { stored: true }) },
    };
  }
  tellClient(reply, action.cache, false);
  return { result, sending, cache: told };
}
