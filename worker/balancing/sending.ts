// A request on its way through a pool: what it asks for, what was tried, and what came of it.

import type { Result } from "../../shared/result.ts";
import type { Replay } from "../bodies/replay.ts";
import type { Ports } from "../isolate.ts";
import type { OriginsTold } from "../keeping/origins-told.ts";
import type { Body, OriginAsk, Peer } from "../message.ts";
import type { OriginFailure, OriginReply } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import type { Deadline } from "./deadline.ts";
import type { PoolLoad } from "./load/pool-load.ts";
import type { Pin } from "./pin.ts";
import type { Origin, Pool } from "./pool.ts";
import type { Attempted, RetryCandidate, RetryRefusal } from "./retry.ts";

export interface Errand {
  readonly pool: Pool;
  readonly ask: OriginAsk;
  readonly client: Pick<Peer, "ip">;
  readonly body: Body;
  readonly retriesNonIdempotent: boolean;
  /** The origin that the client is bound to, in a pool with sticky sessions. */
  readonly pin?: Pin | undefined;
  /** What the keeper of the site tells of its origins. */
  readonly told: OriginsTold;
  /** The caller notices if the body of the answer stalls. */
  readonly isWatched?: boolean;
}

/** What was tried, for Proxy-Status and the log. */
export interface Sending {
  readonly pool: string;
  readonly attempts: readonly Attempt[];
  /** The attempt whose response is the answer. It is not always the last one. */
  readonly answeredBy: Attempt | undefined;
  /** Why a failed attempt was the last one; undefined if none failed. */
  readonly stoppedBy: RetryRefusal | undefined;
  /** A Set-Cookie field that binds the client to the origin that has answered. */
  readonly binds?: string;
  /** The body of a request that failed, if another pool can be sent it: it was kept, or nobody was asked. */
  readonly bodyLeft?: Body;
}

export interface Attempt {
  readonly origin: Origin;
  readonly attempted: Attempted;
  readonly sentAt: number;
  readonly ms: number;
}

export interface Sent {
  readonly sending: Sending;
  readonly result: Result<OriginReply, Refusal>;
}

export type SendPorts = Pick<
  Ports,
  "now" | "wait" | "after" | "random" | "health" | "turns" | "load" | "origins" | "background" | "subrequests"
>;

/** The state of a request on its way through the attempts. */
export interface Journey {
  readonly errand: Errand;
  readonly ports: SendPorts;
  readonly startedAt: number;
  readonly deadline: Deadline;
  readonly exchange: Pick<RetryCandidate, "method" | "hasIdempotencyKey" | "routeAllows">;
  readonly replay: Replay;
  /** What the isolate remembers of the pool; null if no rule of the pool asks for it. */
  readonly load: PoolLoad | null;
  /** Those that are over. */
  readonly attempts: Attempt[];
  readonly tried: Set<string>;
}

/** An attempt that is over, and what came of it. */
export interface Made {
  readonly attempt: Attempt;
  readonly reply: Result<OriginReply, OriginFailure>;
}
