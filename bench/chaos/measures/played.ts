// What a scenario has left behind: the raw material of all measures.
import type { Outcome } from "../load/outcome.ts";
import type { Receipt } from "../origin/receipts.ts";

export interface Played {
  readonly outcomes: readonly Outcome[];
  readonly received: readonly { readonly origin: string; readonly receipts: readonly Receipt[] }[];
  /** When the trouble had begun, in milliseconds since 1970. */
  readonly begunAt: number;
  /** When it was being ended, and when it had ended: an origin that was killed listens again. */
  readonly endsAt: number;
  readonly endedAt: number;
}
