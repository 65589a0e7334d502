// Where does a request go next? To the origin that its client is bound to, or where the pool's algorithm says.
import { type Choice, chooseOrigin, whyNone } from "./choose.ts";
import type { Pin } from "./pin.ts";
import { pinnedOrigin, takesNoOther } from "./pinned-origin.ts";
import type { Origin, Pool } from "./pool.ts";

/** Why it goes nowhere. */
export type NoOrigin = ReturnType<typeof whyNone> | "pinned-origin-out";

/** An origin that is full is not usable, so what becomes of the clients that are bound to it is what `sticky.when` says. */
export function nextOrigin(pool: Pool, pin: Pin | undefined, choice: Choice): Origin | NoOrigin {
  const pinned = pin && pinnedOrigin(pool, { ...choice, pin });
  if (pinned === "out") return "pinned-origin-out";
  if (pinned) {
    if (choice.load.inFlight(pinned.loadKey) < pinned.maxInFlight) return pinned;
    if (takesNoOther(pool, pin)) return "origins-full";
  }
  return chooseOrigin(pool, choice) ?? whyNone(pool, choice);
}
