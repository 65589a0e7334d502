// A request to answer: as the client sent it, and as the origin would receive it.
import type { Result } from "../../shared/result.ts";
import type { Soon } from "../../shared/soon.ts";
import type { Sending } from "../balancing/sending.ts";
import type { Asked, Body, OriginAsk, Reply } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import type { CompiledSite, ProxyAction } from "../site.ts";
import type { CacheOutcome } from "./law/cache-outcome.ts";
import type { Answering } from "./law/stored-reply.ts";

export interface Demand {
  readonly site: CompiledSite;
  readonly asked: Asked;
  /** The request to the origin. Computed when an origin is asked, so that a hit does not pay for it. */
  readonly ask: () => OriginAsk;
  readonly action: ProxyAction;
  readonly requestId: string;
  /** A stream can be sent only once; bytes can be sent again. */
  readonly body: Body;
  /** Asked once before the request goes to an origin; absent if nobody has to be. */
  readonly onMiss?: () => Soon<Refusal | undefined>;
}

/** The facts that a stored response needs to answer this request. */
export const answeringOf = ({ asked, requestId, action }: Demand, now: number): Answering => ({
  asked,
  dressing: action.dressesStored,
  now,
  boundary: requestId,
});

export interface Answer {
  readonly result: Result<Reply, Refusal>;
  readonly cache?: CacheOutcome;
  readonly sending?: Sending | undefined;
}

/** The body that the client gets. */
export const bodyOf = ({ result }: Answer): Body => (result.ok ? result.value.body : null);
