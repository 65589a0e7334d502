// What would happen to this request? It is read, decided and delivered like live traffic, with the given facts, up to
// the point where a store or an origin would be asked.
import { objectionToForwarding } from "../admission/objections.ts";
import { decide, refused } from "../decision.ts";
import { deliver } from "../delivery/deliver.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import { type OriginAsk, ownReply, type Peer } from "../message.ts";
import type { Outcome, Visit } from "../outcome.ts";
import { type RequestLine, readRequest } from "../routing/read-request.ts";
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

/** The reply is as the client gets it; where an origin answers, an empty one with what the edge puts on it. */
export interface Foreseen extends Outcome {
  /** Where an origin, or the store in its place, is to answer. */
  readonly forward?: { readonly action: ProxyAction; readonly ask: OriginAsk };
}

/** Without a site the host has none. */
export function foresee(site: CompiledSite | undefined, facts: Facts): Foreseen {
  const visit = { requestId: facts.requestId, startedAt: facts.now };
  const foreseen = undelivered(site, facts, visit);
  return { ...foreseen, reply: deliver(foreseen, visit, facts.now) };
}

function undelivered(site: CompiledSite | undefined, { line, peer }: Facts, visit: Visit): Foreseen {
  const read = readRequest(line, peer);
  if (!read.ok) return refused(read.error, visit);
  const asked = read.value;
  if (!site) return refused({ reason: "no-site", host: asked.host }, visit, { asked });
  const decision = decide(site, asked, visit, EMPTY_SNAPSHOT);
  if (decision.kind === "answer") return decision.outcome;

  const { known, action } = decision;
  const ask = decision.ask();
  const objection = objectionToForwarding(ask);
  if (objection) return refused(objection, visit, known);
  return { ...known, forward: { action, ask }, reply: ownReply(200, new Headers(), null) };
}
