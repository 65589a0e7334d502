// What would be decided about this request? The pipeline's own decisions in the pipeline's own order, with the
// facts given by hand, up to the point where the world (a store, an origin) would have to be asked.
import { objectionToAdmitting, objectionToForwarding } from "../admission/admit.ts";
import { endsHere } from "../admission/max-forwards.ts";
import { deliver } from "../delivery/deliver.ts";
import { ownAnswer } from "../delivery/own-answer.ts";
import { problemReply } from "../delivery/problem.ts";
import { type Asked, type OriginAsk, ownReply, type Peer, type Reply } from "../message.ts";
import { type Outcome, requestIdOf, type Visit } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";
import { toOrigin } from "../rewriting/to-origin.ts";
import { asSiteSees } from "../routing/identify.ts";
import { type Matched, matchRoute } from "../routing/match-route.ts";
import { readRequest, type RequestLine } from "../routing/read-request.ts";
import type { CompiledSite, ProxyAction } from "../site.ts";
import type { ImaginedStored } from "./stored-explained.ts";

/** What a live request brings with it, and what the edge knows by the time. */
export interface Facts {
  readonly line: RequestLine;
  readonly peer: Peer;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A response that the cache holds for this request; what it holds is not known otherwise. */
  readonly stored?: ImaginedStored | undefined;
}

export interface Decision {
  readonly asked?: Asked;
  readonly site?: CompiledSite;
  readonly matched?: Matched;
  readonly refusal?: Refusal;
  /** Where an origin, or the store in its place, is to answer. */
  readonly forward?: { readonly action: ProxyAction; readonly ask: OriginAsk };
  /** As the client gets it; where an origin answers, an empty answer with what the edge puts on it. */
  readonly reply: Reply;
}

/** Without a site the host has none. */
export function decide(site: CompiledSite | undefined, facts: Facts): Decision {
  const visit = { requestId: facts.requestId, startedAt: facts.now };
  const { forward, ...outcome } = decideUndressed(site, facts, visit);
  const reply = deliver(outcome, visit, facts.now);
  return { ...outcome, ...(forward && { forward }), reply };
}

function decideUndressed(
  site: CompiledSite | undefined,
  facts: Facts,
  visit: Visit,
): Outcome & Pick<Decision, "forward"> {
  const refuse = (refusal: Refusal, known: Partial<Outcome> = {}): Outcome => ({
    ...known,
    refusal,
    reply: problemReply(refusal, requestIdOf(visit, known.asked)),
  });

  const read = readRequest(facts.line, facts.peer);
  if (!read.ok) return refuse(read.error);
  if (!site) return refuse({ reason: "no-site", host: read.value.host }, { asked: read.value });
  const asked = asSiteSees(read.value, site);
  const matched = matchRoute(site, asked);
  if (!matched.ok) return refuse(matched.error, { asked, site });
  const known = { asked, site, matched: matched.value };

  const objection = objectionToAdmitting(site, asked);
  if (objection) return refuse(objection, known);
  if (endsHere(asked)) return { ...known, reply: ownReply(204, new Headers(), null) };
  const { route, captures } = matched.value;
  const { action } = route;
  if (action.kind !== "proxy") return { ...known, reply: ownAnswer(action, asked, captures) };

  const requestId = requestIdOf(visit, asked);
  const ask = toOrigin(asked, { siteName: site.name, requestId, action, captures });
  const objectionFurther = objectionToForwarding(ask);
  if (objectionFurther) return refuse(objectionFurther, known);
  return { ...known, forward: { action, ask }, reply: ownReply(200, new Headers(), null) };
}
