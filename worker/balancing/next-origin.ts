// Where does a request go next? To the origin that its client is bound to, or where the pool's algorithm says.
import { type Choice, chooseOrigin, whyNone } from "./choose.ts";
import type { Pin } from "./pin.ts";
import { pinnedOrigin } from "./pinned-origin.ts";
import type { Origin, Pool } from "./pool.ts";

/** Why it goes nowhere. */
export type NoOrigin = ReturnType<typeof whyNone> | "pinned-origin-out";

/** A client that is bound to an origin which is full is refused: its session is there, and there will be room in a moment. */
export function nextOrigin(pool: Pool, pin: Pin | undefined, choice: Choice): Origin | NoOrigin {
  const pinned = pin && pinnedOrigin(pool, { ...choice, pin });
  if (pinned === "out") return "pinned-origin-out";
  if (pinned) return choice.load.inFlight(pinned.loadKey) >= pinned.maxInFlight ? "origins-full" : pinned;
  return chooseOrigin(pool, choice) ?? whyNone(pool, choice);
}
