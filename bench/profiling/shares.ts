// Which share of the busy time each function took, for its own code and with everything that it called. Pure.
import type { CallFrame, CpuProfile } from "./cpu-profile.ts";

export interface Share {
  readonly place: string;
  /** From 0 to 1. */
  readonly share: number;
}

export interface Shares {
  /** Largest first. */
  readonly self: readonly Share[];
  readonly inclusive: readonly Share[];
  /** Milliseconds that were not idle. */
  readonly busyMs: number;
}

const IDLE = "(idle)";

export function sharesOf(profile: CpuProfile, placeOf: (frame: CallFrame) => string): Shares {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const self = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((id, index) => {
    const place = places.get(id);
    const micros = profile.timeDeltas[index] ?? 0;
    if (place === undefined || place === IDLE) return;
    busy += micros;
    add(self, place, micros);
    for (const each of placesAbove(id, places, parents)) add(inclusive, each, micros);
  });
  return { self: shares(self, busy), inclusive: shares(inclusive, busy), busyMs: busy / 1_000 };
}

/** Each place once: a recursive call counts its time once. */
function placesAbove(
  id: number,
  places: ReadonlyMap<number, string>,
  parents: ReadonlyMap<number, number>,
): Set<string> {
  const found = new Set<string>();
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const place = places.get(at);
    if (place !== undefined) found.add(place);
  }
  return found;
}

function add(to: Map<string, number>, place: string, micros: number): void {
  to.set(place, (to.get(place) ?? 0) + micros);
}

const shares = (micros: ReadonlyMap<string, number>, all: number): Share[] =>
  [...micros].map(([place, time]) => ({ place, share: time / all })).sort((a, b) => b.share - a.share);
