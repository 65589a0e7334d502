// Which keepers does this isolate ask, and how does it get their snapshots? That follows from its bindings.
import type { Keepers } from "../ports.ts";
import { cachedSnapshots } from "./cached-snapshots.ts";
import { type KeeperOf, keepersAt } from "./keepers.ts";

export interface KeeperBindings {
  readonly KEEPER?: DurableObjectNamespace;
  readonly STATE?: Fetcher;
}

/** Null where none is bound. `cache` is the data centre's, where there is one. */
export function keepersOf(
  { KEEPER, STATE }: KeeperBindings,
  cache: Cache | undefined,
  now: () => number,
): Keepers | null {
  if (STATE) return keepersAt(keepersServed(STATE));
  if (!KEEPER) return null;
  const keepers = keepersAt(keepersBound(KEEPER));
  if (!cache) return keepers;
  // The id of an object is one of a kind, also beside a second Worker that serves the same sites.
  const placeOf = (site: string) => ({ host: hostOf(site), name: KEEPER.idFromName(site).toString() });
  return cachedSnapshots(keepers, cache, placeOf, now);
}

export const keepersBound = (namespace: DurableObjectNamespace): KeeperOf => {
  return (site) => namespace.get(namespace.idFromName(site));
};

/** In `headgate serve` another process has the objects, and finds the one of a site by the URL. */
export const keepersServed = (service: Fetcher): KeeperOf => {
  return () => service;
};

/** A site is named after its first host, which is one of the zone's unless it stands for all hosts. */
function hostOf(site: string): string {
  const host = site.replace(/^\*\./, "");
  return URL.canParse(`https://${host}/`) && host !== "*" ? host : "headgate.internal";
}
