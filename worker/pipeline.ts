// The life of a request. Read this file first: every step is one call into the folder named for it, the
// decisions there are pure, and whatever touches the world goes through `ports`.
import { once } from "../shared/once.ts";
import { objectionToAdmitting } from "./admission/admit.ts";
import { endsHere } from "./admission/max-forwards.ts";
import { answerThroughCache } from "./caching/fetch-through.ts";
import { deliver } from "./delivery/deliver.ts";
import { isLogged, logRecord } from "./delivery/log-record.ts";
import { ownAnswer } from "./delivery/own-answer.ts";
import { problemReply } from "./delivery/problem.ts";
import { ownReply, type Reply } from "./message.ts";
import { type Outcome, requestIdOf, type Visit } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import type { Refusal } from "./refusal.ts";
import { toOrigin } from "./rewriting/to-origin.ts";
import { findSite } from "./routing/find-site.ts";
import { asSiteSees } from "./routing/identify.ts";
import { matchRoute } from "./routing/match-route.ts";
import { readRequest } from "./routing/read-request.ts";

export async function serve(incoming: Request, ports: Ports): Promise<Reply> {
  const visit = { requestId: ports.newId(), startedAt: ports.now() };
  const outcome = await answer(incoming, visit, ports);

  // 6. Deliver: dressed, and the record written once the answer is on its way.
  const now = ports.now();
  const reply = deliver(outcome, visit, now);
  if (isLogged(outcome, ports.random())) {
    ports.afterAnswer(() => ports.log.request(logRecord(outcome, visit, now)));
  }
  return reply;
}

async function answer(incoming: Request, visit: Visit, ports: Ports): Promise<Outcome> {
  const refuse = (refusal: Refusal, known: Partial<Outcome> = {}): Outcome => ({
    ...known,
    refusal,
    reply: problemReply(refusal, requestIdOf(visit, known.asked)),
  });

  // 1. Route: which site, which route.
  const read = readRequest(incoming, ports.peerOf(incoming));
  if (!read.ok) return refuse(read.error);
  const found = await findSite(read.value.host, ports);
  if (!found.ok) return refuse(found.error, { asked: read.value });
  const site = found.value;
  const asked = asSiteSees(read.value, site);
  const matched = matchRoute(site, asked);
  if (!matched.ok) return refuse(matched.error, { asked, site });
  const known = { asked, site, matched: matched.value };

  // 2. Admit.
  const objection = objectionToAdmitting(site, asked);
  if (objection) return refuse(objection, known);
  if (endsHere(asked)) return { ...known, reply: ownReply(204, new Headers(), null) };
  const { action } = matched.value.route;
  if (action.kind !== "proxy") return { ...known, reply: ownAnswer(action, asked, matched.value.captures) };

  // 3. Rewrite: the request as the origin should see it, once one has to be asked.
  const requestId = requestIdOf(visit, asked);
  const { captures } = matched.value;
  const ask = once(() => toOrigin(asked, { siteName: site.name, requestId, action, captures }));

  // 4. and 5. Look up, and answer from the store or through an origin.
  const demand = { site, asked, ask, action, requestId: visit.requestId, body: incoming.body };
  const { result, cache, sending } = await answerThroughCache(demand, ports);
  const told = { ...known, ...(cache && { cache }), ...(sending && { sending }) };
  return result.ok ? { ...told, reply: result.value } : refuse(result.error, told);
}
