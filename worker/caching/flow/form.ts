// A file is fetched and stored in one of two forms: as a whole, or in slices. A form says what differs on the way to the
// origin: what the origin is asked for, and what is done with what comes. The rest is the same for both: looking up
// (fetch-through.ts), waiting (collapse.ts), failing origins and validation (fetch-fresh.ts), refreshing (refresh.ts).
import type { Soon } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import type { Asked, OriginAsk, Reply } from "../../message.ts";
import type { AsOf } from "../change-clock.ts";
import type { Answer, Demand } from "../demand.ts";
import type { Land } from "../flights.ts";
import type { CacheOutcome, Forward } from "../law/cache-outcome.ts";
import type { CacheAsk } from "../law/origin-ask.ts";
import type { LookupPlan } from "../law/plan.ts";
import type { Found } from "../stockroom.ts";
import type { OriginAnswer } from "./ask-origin.ts";

/** A request, and what was found for it. */
export interface LookedUp {
  readonly demand: Demand;
  readonly plan: LookupPlan;
  readonly found: Found;
}

/** How a stored response is to be used. */
export interface Using extends Omit<LookedUp, "found"> {
  /** The outcome to report if no slice had to be fetched. */
  readonly cache: CacheOutcome;
  /** Whether the origin may be asked for a missing slice. */
  readonly mayAsk: boolean;
}

/** `changed`: the origin has another version by now, or none. */
export type NoAnswer = "unusable" | "changed";

export interface Fetching extends LookedUp {
  readonly form: Form;
  /** Called on every path. */
  readonly land: Land;
  /**
   * Given if the last response for the key forbade storing. Then the origin is asked without a signal that could cut off a
   * body, because nobody would watch it. Called if this response is stored after all.
   */
  readonly isStoredAfterAll?: () => void;
}

/** The state after the origin has answered. `demand.ask` is the request that it was sent. */
export interface Fetched extends Fetching {
  readonly askedTo: CacheAsk["kind"];
  readonly answer: OriginAnswer;
  /** See `Keeping` in stockroom.ts. */
  readonly asOf: AsOf;
  readonly fwd: Forward;
}

export interface Form {
  /** Ends the keys of its flights, because a request for one form does not wait for the other. */
  readonly mark: "" | "#slices";
  /** May such requests wait for one another? */
  isCollapsible(asked: Asked, found: Found): boolean;
  askFor(lookedUp: LookedUp, now: number): CacheAsk;
  /** The request without conditions, after the stored response proved unusable. */
  askAnew(lookedUp: LookedUp): OriginAsk;
  /**
   * Answers with what the origin sent, stores it on the way if that is allowed, and lands. Undefined if this form cannot
   * answer: then the other one is asked for.
   */
  accept(reply: Reply, fetched: Fetched, ports: Ports): Soon<Answer | "ask-anew" | undefined>;
  /** The form to ask for if this one cannot answer. */
  readonly instead: Form | undefined;
}
