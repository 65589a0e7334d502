// The life of a request. Read this file first: every step is one call into the folder named for it, the
// decisions there are pure, and whatever touches the world goes through `ports`.
import { once } from "../shared/once.ts";
import { type Soon, whenHere } from "../shared/soon.ts";
import { objectionToAdmitting } from "./admission/admit.ts";
import { endsHere } from "./admission/max-forwards.ts";
import { answerThroughCache } from "./caching/fetch-through.ts";
import { deliver } from "./delivery/deliver.ts";
import { isLogged, logRecord } from "./delivery/log-record.ts";
import { ownAnswer } from "./delivery/own-answer.ts";
import { problemReply } from "./delivery/problem.ts";
import { type Asked, ownReply, type Reply } from "./message.ts";
import { type Outcome, requestIdOf, type Visit } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import type { Refusal } from "./refusal.ts";
import { toOrigin } from "./rewriting/to-origin.ts";
import { findSite } from "./routing/find-site.ts";
import { asSiteSees } from "./routing/identify.ts";
import { matchRoute } from "./routing/match-route.ts";
import { readRequest } from "./routing/read-request.ts";
import type { CompiledSite } from "./site.ts";

/** At once where the answer is at hand: a hit in memory waits for nothing. */
export function serve(incoming: Request, ports: Ports): Soon<Reply> {
  const visit = { requestId: ports.newId(), startedAt: ports.now() };
  return whenHere(answer(incoming, visit, ports), (outcome) => {
    // 6. Deliver: dressed, and the record written once the answer is on its way.
    const now = ports.now();
    const reply = deliver(outcome, visit, now);
    if (isLogged(outcome, ports.random())) {
      ports.afterAnswer(() => ports.log.request(logRecord(outcome, visit, now)));
    }
    return reply;
  });
}

function answer(incoming: Request, visit: Visit, ports: Ports): Soon<Outcome> {
  // 1. Route: which site, which route.
  const read = readRequest(incoming, ports.peerOf(incoming));
  if (!read.ok) return refuse(read.error, visit);
  return whenHere(findSite(read.value.host, ports), (found) =>
    found.ok
      ? answerFor(found.value, asSiteSees(read.value, found.value), incoming, visit, ports)
      : refuse(found.error, visit, { asked: read.value }),
  );
}

function answerFor(
  site: CompiledSite,
  asked: Asked,
  incoming: Request,
  visit: Visit,
  ports: Ports,
): Soon<Outcome> {
  const matched = matchRoute(site, asked);
  if (!matched.ok) return refuse(matched.error, visit, { asked, site });
  const known = { asked, site, matched: matched.value };

  // 2. Admit.
  const objection = objectionToAdmitting(site, asked);
  if (objection) return refuse(objection, visit, known);
  if (endsHere(asked)) return { ...known, reply: ownReply(204, new Headers(), null) };
  const { action } = matched.value.route;
  if (action.kind !== "proxy") return { ...known, reply: ownAnswer(action, asked, matched.value.captures) };

  // 3. Rewrite: the request as the origin should see it, once one has to be asked.
  const requestId = requestIdOf(visit, asked);
  const { captures } = matched.value;
  const ask = once(() => toOrigin(asked, { siteName: site.name, requestId, action, captures }));

  // 4. and 5. Look up, and answer from the store or through an origin.
  const demand = { site, asked, ask, action, requestId: visit.requestId, body: incoming.body };
  return whenHere(answerThroughCache(demand, ports), ({ result, cache, sending }) => {
    const told = { ...known, ...(cache && { cache }), ...(sending && { sending }) };
    return result.ok ? { ...told, reply: result.value } : refuse(result.error, visit, told);
  });
}

function refuse(refusal: Refusal, visit: Visit, known: Partial<Outcome> = {}): Outcome {
  return { ...known, refusal, reply: problemReply(refusal, requestIdOf(visit, known.asked)) };
}
