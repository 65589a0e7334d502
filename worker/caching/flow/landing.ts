// Waits until another request's flight lands, but not for ever. The request has its own timer, because the runtime may cancel a
// request that waits only for another request's promise. The timer is cancelled when the flight lands.
import type { Ports } from "../../isolate.ts";
import type { Landing } from "../flights.ts";

/** The longest wait for one leader. */
const WAIT_AT_MOST_MS = 5_000;

const LATE = { kind: "late" } as const;

export function landingOf(
  landed: Promise<Landing>,
  ports: Pick<Ports, "after">,
): Promise<Landing | typeof LATE> {
  return new Promise((resolve) => {
    const callOff = ports.after(WAIT_AT_MOST_MS, () => resolve(LATE));
    void landed.then((landing) => {
      callOff();
      resolve(landing);
    });
  });
}
