// Holds a place for a request under each of its keys, until its response has ended. Flow.
import { PLACE_RUNS_OUT_MS } from "../../balancing/load/places.ts";
import type { Ports } from "../../isolate.ts";
import type { HeldPlace } from "../limits/in-flight.ts";
import type { Limit } from "../limits/limit.ts";

type PlacePorts = Pick<Ports, "inFlight" | "now" | "after" | "background">;

/** Returns the function that gives them back; undefined if one of them is not to be had. */
export function holdPlaces(
  { counts }: Pick<Limit, "counts">,
  most: number,
  keys: readonly string[],
  { inFlight, now, after, background }: PlacePorts,
): (() => void) | undefined {
  const held: HeldPlace[] = [];
  for (const key of keys) {
    const place = inFlight.hold(`${counts}\n${key}`, most, now());
    if (!place) {
      for (const one of held) one.giveBack();
      return undefined;
    }
    held.push(place);
  }
  const renewed = () => {
    for (const place of held) place.renew(now());
    callOff = after(PLACE_RUNS_OUT_MS / 3, renewed);
  };
  let callOff = after(PLACE_RUNS_OUT_MS / 3, renewed);
  // If the client leaves, the runtime would otherwise drop the request before it can give them back.
  const { promise, resolve } = Promise.withResolvers<void>();
  background(promise);
  return () => {
    callOff();
    for (const place of held) place.giveBack();
    resolve();
  };
}
