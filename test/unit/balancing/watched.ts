// A pool whose requests are watched, on a clock that the test moves.
import { candidateGroups } from "../../../worker/balancing/candidates.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { ALL_GOOD, isTrial, observe, type PoolStandings } from "../../../worker/balancing/pool-standing.ts";
import { type BodyEnd, type Standing, standingAt } from "../../../worker/balancing/standing.ts";
import { NO_ORIGINS_TOLD, type OriginsTold } from "../../../worker/keeping/origins-told.ts";

/** A status, or how a request ended without one. `nothing`: in a way that says nothing of the origin. */
export type Ending = number | "connect" | "timeout" | "nothing";

const TRIAL_LOST_AFTER_MS = 16_000;

export class Watched {
  now = 1_000_000;
  standings: PoolStandings = ALL_GOOD;
  told: OriginsTold = NO_ORIGINS_TOLD;
  readonly pool: Pool;
  readonly #random: () => number;

  constructor(pool: Pool, random: () => number = () => 0) {
    this.pool = pool;
    this.#random = random;
  }

  /** Returns when that was. */
  send(origin: string): number {
    const sent = { kind: "sent", origin, at: this.now, withinMs: TRIAL_LOST_AFTER_MS } as const;
    this.standings = observe(this.standings, sent, this.pool);
    return this.now;
  }

  end(origin: string, ending: Ending, sentAt = this.now): void {
    this.standings = observe(
      this.standings,
      {
        kind: "ended",
        origin,
        outcome: this.#outcomeOf(ending),
        because: String(ending),
        sentAt,
        at: this.now,
        random: this.#random(),
      },
      this.pool,
    );
  }

  /** Requests that are sent and end at once, one after the other. */
  asks(origin: string, ...endings: Ending[]): this {
    for (const ending of endings) this.end(origin, ending, this.send(origin));
    return this;
  }

  /** How the bodies of its answers ended. */
  bodies(origin: string, ...ends: BodyEnd["how"][]): this {
    for (const how of ends) {
      const ended = {
        kind: "body-ended",
        origin,
        how,
        sentAt: this.now,
        at: this.now,
        random: this.#random(),
      } as const;
      this.standings = observe(this.standings, ended, this.pool);
    }
    return this;
  }

  /** By probes. */
  findGood(origin: string, at = this.now): this {
    this.standings = observe(this.standings, { kind: "found-good", origin, at }, this.pool);
    return this;
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  of(origin: string): Standing {
    return standingAt(this.standings.get(origin), this.now);
  }

  isTrying(origin: string, sentAt: number): boolean {
    return isTrial(this.standings, origin, sentAt);
  }

  groups(mayTry = true) {
    return candidateGroups(this.pool, { seen: this.standings, told: this.told }, this.now, mayTry);
  }

  /** `["usable a b", "last-resort c"]` */
  order(mayTry = true): string[] {
    return this.groups(mayTry).map(({ role, candidates }) =>
      [role, ...candidates.map(({ origin }) => origin.id)].join(" "),
    );
  }

  #outcomeOf(ending: Ending) {
    if (ending === "nothing") return undefined;
    if (typeof ending === "string") return "failed";
    return [...this.pool.retryOn].includes(`${ending}` as never) ? "answered-badly" : "answered";
  }
}
