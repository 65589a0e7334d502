// What would happen to this request? It is read, decided and delivered like live traffic, with the given facts, up to
// the point where a store or an origin would be asked.

import { STAND_INS } from "../../shared/secrets/site-secrets.ts";
import { nothingFound } from "../admission/admission.ts";
import type { AddressLists } from "../admission/list-shelf.ts";
import { objectionToForwarding } from "../admission/objections.ts";
import type { Known as Believed } from "../balancing/candidates.ts";
import { inOrderFor } from "../balancing/choose-pool.ts";
import type { Pool } from "../balancing/pool.ts";
import { type Sorry, sorryOf } from "../balancing/sorry.ts";
import { type Decision, decide, type Known, refused, refusedUnread } from "../decision.ts";
import { deliver } from "../delivery/deliver.ts";
import { readsFiles } from "../files/reads-files.ts";
import type { PurgeCommand } from "../keeping/purge-command.ts";
import { EMPTY_SNAPSHOT } from "../keeping/snapshot.ts";
import { type Asked, type OriginAsk, ownReply, type Peer } from "../message.ts";
import type { Outcome, Visit } from "../outcome.ts";
import { purgesAsked } from "../purging/purges-asked.ts";
import { askedIn, type RequestLine, readRequest } from "../routing/read-request.ts";
import { type Rollout, versionFor } from "../routing/rollout.ts";
import type { CompiledSite, ProxyAction } from "../site.ts";
import { foreseeAdmission, type Imagined } from "./admission-explained.ts";
import { foretellMiss, type UsedUp } from "./limits-foretold.ts";
import type { ImaginedStored } from "./stored-explained.ts";

/** What a live request brings with it, and what the edge knows by then. */
export interface Facts extends Imagined {
  readonly line: RequestLine;
  readonly peer: Peer;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A response that the cache is assumed to hold for this request. Without it, the content of the cache is unknown. */
  readonly stored?: ImaginedStored | undefined;
  /** The address lists that are read from a URL. Without it, none has been read. */
  readonly lists?: AddressLists | undefined;
  /** The limits that the client has used up. Without it, none. */
  readonly usedUp?: UsedUp | undefined;
  /** What is believed of the origins of a pool. Without it, all are taken for good. */
  readonly known?: ((pool: Pool) => Believed) | undefined;
}

/** The reply as the client gets it. If an origin answers, it is empty apart from the fields that the edge adds. */
export interface Foreseen extends Outcome {
  /** Set if an origin, or the store in its place, answers. */
  readonly forward?: Known & {
    /** Whose stored responses are asked for first. */
    readonly action: ProxyAction;
    /** Through whose pool an origin is asked; null if only a folder answers. */
    readonly throughPool: ProxyAction | null;
    /** The pools that follow if nobody of the first one answers. */
    readonly nextPools: readonly string[];
    readonly sorry: Sorry | null;
    readonly ask: OriginAsk;
  };
  /** What it purges, if it is a request to purge that has a valid signature or token. */
  readonly purges?: readonly PurgeCommand[];
}

/** Undefined if the host has no site. */
export type SiteForeseen = CompiledSite | Rollout | undefined;

export function foresee(found: SiteForeseen, facts: Facts): Foreseen {
  const visit = { requestId: facts.requestId, startedAt: facts.now };
  const foreseen = undelivered(found, facts, visit);
  return { ...foreseen, reply: deliver(foreseen, visit, facts.now) };
}

function undelivered(found: SiteForeseen, facts: Facts, visit: Visit): Foreseen {
  const { line, peer, lists, stored, usedUp } = facts;
  const read = readRequest(line, peer);
  const asked = askedIn(read);
  const live = asked && versionOf(found, asked);
  if (!read.ok) return refusedUnread(read.error, visit, live);
  if (!live) return refused({ reason: "no-site", host: read.value.host }, visit, { asked: read.value });
  const site = { ...live, secrets: STAND_INS };
  const decision = decide(site, read.value, visit, EMPTY_SNAPSHOT, lists);
  if (decision.kind === "purge") return foreseenPurge(decision, visit);
  const onward = decision.kind === "inquire" ? foreseeAdmission(decision, facts) : decision;
  if (onward.kind === "answer") return onward.outcome;

  const { action } = onward;
  const known = stored ? onward.known : afterMiss(onward.known, usedUp, visit);
  if ("reply" in known) return known;
  const ask = onward.ask();
  const objection = objectionToForwarding(ask);
  if (objection) return refused(objection, visit, known);
  const leading = action.files ? action.files.otherwise : action;
  const ordered = leading && inOrderFor(leading.alternatives ?? [leading], known.asked.client);
  const [throughPool = null, ...others] = ordered ?? [];
  const isForFolder = action.files !== undefined && readsFiles(onward.asked.method);
  return {
    ...known,
    forward: {
      ...known,
      asked: onward.asked,
      action: isForFolder ? action : (throughPool ?? action),
      throughPool,
      nextPools: others.map(({ pool }) => pool.id),
      sorry: sorryOf(action),
      ask,
    },
    reply: ownReply(200, new Headers(), null),
  };
}

const versionOf = (found: SiteForeseen, asked: Asked): CompiledSite | undefined =>
  found && "share" in found ? versionFor(found, asked) : found;

/** What is not given as stored goes to an origin, and the limits that count this are asked. */
function afterMiss(known: Known, usedUp: UsedUp = [], visit: Visit): Known | Outcome {
  const { onMiss } = known.matched.route.admission ?? {};
  if (!onMiss) return known;
  const { findings, refused: no } = foretellMiss(onMiss, known.findings ?? nothingFound(known.asked), usedUp);
  if (!no) return { ...known, findings };
  const outcome = refused(no.refusal, visit, { ...known, findings });
  for (const [name, value] of no.fields) outcome.reply.headers.append(name, value);
  return outcome;
}

/** As if it had a valid signature or token. */
function foreseenPurge({ asked, site }: Extract<Decision, { kind: "purge" }>, visit: Visit): Foreseen {
  const known = { asked, site };
  const purges = purgesAsked(asked, site);
  return purges.ok
    ? { ...known, purges: purges.value, reply: ownReply(200, new Headers(), null) }
    : { ...refused({ reason: "purge-unreadable", because: purges.error }, visit, known), purges: [] };
}
