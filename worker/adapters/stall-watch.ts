// Has a body stopped moving? One timer per body, set again only when it fires, however many chunks pass in between.
import { realTime } from "./within.ts";

export interface StallWatch {
  /** A chunk has passed. */
  moved(): void;
  /** Must be called at the end. */
  end(): void;
}

/** Acts once nothing has moved for this long. */
export function watchStall(
  idleMs: number,
  act: () => void,
  { after, now } = { after: realTime, now: Date.now },
): StallWatch {
  let movedAt = now();
  const look = (): void => {
    const left = movedAt + idleMs - now();
    if (left <= 0) act();
    else callOff = after(left, look);
  };
  let callOff = after(idleMs, look);
  return {
    moved: () => {
      movedAt = now();
    },
    end: () => callOff(),
  };
}
