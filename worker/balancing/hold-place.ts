// Holds a place at an origin for an attempt that is counted, for as long as the attempt lasts. Flow.
import type { Ports } from "../isolate.ts";
import { PLACE_RUNS_OUT_MS } from "./load/places.ts";
import type { Origin, Pool } from "./pool.ts";

type PlacePorts = Pick<Ports, "load" | "after" | "background">;

/** Returns the function that gives the place back. */
export function holdPlace(
  pool: Pick<Pool, "key">,
  origin: Pick<Origin, "loadKey">,
  { load, after, background }: PlacePorts,
): () => void {
  const place = load.begin(pool, origin);
  const renewed = () => {
    place.renew();
    callOff = after(PLACE_RUNS_OUT_MS / 3, renewed);
  };
  let callOff = after(PLACE_RUNS_OUT_MS / 3, renewed);
  // If the client leaves, the runtime would otherwise drop the request before it can give the place back.
  const { promise, resolve } = Promise.withResolvers<void>();
  background(promise);
  return () => {
    callOff();
    place.giveBack();
    resolve();
  };
}
