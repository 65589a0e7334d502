// What happened to a request: the source of the edge's own response fields and of the log record.
import type { Findings } from "./admission/admission.ts";
import type { Sending } from "./balancing/sending.ts";
import type { CacheOutcome } from "./caching/law/cache-outcome.ts";
import type { Snapshot } from "./keeping/snapshot.ts";
import type { Asked, Reply } from "./message.ts";
import type { Refusal } from "./refusal.ts";
import type { Matched } from "./routing/match-route.ts";
import type { CompiledSite } from "./site.ts";

/** One request on its way through. */
export interface Visit {
  readonly requestId: string;
  readonly startedAt: number;
  /** A text that nobody can guess, another one each time; absent where nothing is served. */
  readonly newNonce?: () => string;
  /** Whether the edge compresses bodies itself. */
  readonly compresses?: boolean;
}

/** The id that a trusted proxy assigned, otherwise the edge's own. */
export const requestIdOf = (visit: Visit, asked: Asked | undefined): string =>
  asked?.requestId ?? visit.requestId;

export interface Outcome {
  readonly reply: Reply;
  readonly asked?: Asked;
  readonly site?: CompiledSite;
  readonly matched?: Matched;
  /** What the edge shared about the site at the time of the decision. */
  readonly snapshot?: Snapshot;
  readonly refusal?: Refusal;
  /** What admission found; absent if the route asks nothing. */
  readonly findings?: Findings | undefined;
  readonly cache?: CacheOutcome | undefined;
  readonly sending?: Sending | undefined;
}
