// Should a request ask the origin, or wait for another request that is on its way? This joins the flights (who is fetching) with
// the memory of keys that proved not shareable (hit-for-miss).
import type { Ports } from "../../isolate.ts";
import type { Boarder, Boarding, Land, Landing, NotShared } from "../flights.ts";
import { siteOf } from "../law/key.ts";
import { isPurgedByNow, type PurgePorts } from "./against-purges.ts";

type BoardingPorts = Pick<Ports, "flights" | "hitForMiss"> & PurgePorts;

const NOT_SHARED: NotShared = { kind: "not-shared" };
const UNSTORABLE: NotShared = { kind: "not-shared", isUnstorable: true };

/** For a request that may wait. `not-shared`: waiting would be useless. */
export function board(key: string, boarder: Boarder, ports: BoardingPorts): Boarding | NotShared {
  const now = ports.now();
  if (ports.hitForMiss.has(key, now))
    return ports.hitForMiss.isUnstorable(key, now) ? UNSTORABLE : NOT_SHARED;
  const boarding = ports.flights.board(key, now, boarder);
  return boarding.kind === "lead" ? { kind: "lead", land: remembering(key, boarding.land, ports) } : boarding;
}

/** For background work, which does not wait. Undefined if a request is already on its way. */
export function leadInBackground(key: string, ports: BoardingPorts): Land | undefined {
  const land = ports.flights.lead(key, ports.now());
  return land && remembering(key, land, ports);
}

/** Only the first landing counts. */
function remembering(key: string, land: Land, ports: BoardingPorts): Land {
  let hasLanded = false;
  return (landing, kept) => {
    if (!hasLanded && landing.kind === "not-shared")
      ports.hitForMiss.remember(key, ports.now(), landing.isUnstorable);
    hasLanded = true;
    if (wasPurgedOnItsWay(landing, key, ports)) land({ kind: "failed" });
    else land(landing, kept);
  };
}

/** Then another of the waiting requests asks the origin. */
function wasPurgedOnItsWay(landing: Landing, key: string, ports: BoardingPorts): boolean {
  if (landing.kind !== "shared") return false;
  const { entry } = landing;
  return isPurgedByNow(entry, { key, site: siteOf(key), host: entry.resource.host }, ports);
}

/** The longest wait for one leader. */
const WAIT_AT_MOST_MS = 5_000;

const LATE = { kind: "late" } as const;
export type Awaited = Landing | typeof LATE;

/**
 * Waits until a flight lands, but not for ever. The request has its own timer, because the runtime may cancel a request that
 * waits only for another request's promise. The timer is cancelled when the flight lands.
 */
export function landingOf(landed: Promise<Landing>, { after }: Pick<Ports, "after">): Promise<Awaited> {
  return new Promise((resolve) => {
    const callOff = after(WAIT_AT_MOST_MS, () => resolve(LATE));
    void landed.then((landing) => {
      callOff();
      resolve(landing);
    });
  });
}
