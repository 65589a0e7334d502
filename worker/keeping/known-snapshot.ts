// What does this isolate know of what the edge shares about a site?
import type { Soon } from "../../shared/soon.ts";
import type { Ports } from "../isolate.ts";
import type { Snapshot } from "./snapshot.ts";

export type KnowPorts = Pick<Ports, "snapshotOf">;

/** Undefined if the keeper could not be asked. Then it is unknown whether a stored response may still be used. */
export function knownSnapshot(site: string, { snapshotOf }: KnowPorts): Soon<Snapshot | undefined> {
  return snapshotOf(site);
}
