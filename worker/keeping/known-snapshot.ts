// What does this isolate know of what the edge shares about a site? It asks the site's keeper in the background, while it has
// traffic, and reports what it has applied. If the keeper fails, the last snapshot stays.
import type { Result } from "../../shared/result.ts";
import type { Soon } from "../../shared/soon.ts";
import type { Ports } from "../isolate.ts";
import type { KeeperFailure, Keepers } from "../ports.ts";
import type { CompiledSite } from "../site.ts";
import { listsOf, plansOf } from "./plans-of-site.ts";
import type { Report } from "./report.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot.ts";

export type KnowPorts = Pick<
  Ports,
  "keepers" | "metrics" | "snapshots" | "self" | "now" | "after" | "random" | "background" | "log"
>;

/**
 * For a look-up. Undefined if the keeper could not be asked: then it is unknown whether a stored response may still be used. Only
 * the first request of an isolate waits, and the first after it was idle.
 */
export function knownSnapshot(site: string, ports: KnowPorts): Soon<Snapshot | undefined> {
  if (!ports.keepers) return EMPTY_SNAPSHOT;
  const latest = latestSnapshot(site, ports);
  const waiting = ports.snapshots.worthWaiting(site, ports.now());
  return waiting ? waitFor(waiting, ports).then(() => ports.snapshots.get(site)?.snapshot) : latest;
}

/** For decisions that wait for nothing. Undefined if no snapshot has arrived yet. `served`: the site, if the caller has it at hand. */
export function latestSnapshot(site: string, ports: KnowPorts, served?: CompiledSite): Snapshot | undefined {
  const { keepers } = ports;
  if (!keepers) return EMPTY_SNAPSHOT;
  const { snapshots } = ports;
  if (snapshots.isWanted(site, ports.now())) startReading(site, keepers, ports, served);
  return snapshots.get(site)?.snapshot;
}

/** The request has a timer of its own, because the runtime may cancel one that waits only for another request's promise. */
export function waitFor(
  waiting: { readonly ended: Promise<void>; readonly ms: number },
  { after }: Pick<Ports, "after">,
): Promise<void> {
  return new Promise((resolve) => {
    const callOff = after(waiting.ms, resolve);
    void waiting.ended.then(() => {
      callOff();
      resolve();
    });
  });
}

function startReading(
  site: string,
  keepers: Keepers,
  ports: KnowPorts,
  served: CompiledSite | undefined,
): void {
  const { snapshots } = ports;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const reading = { since: ports.now(), ended };
  snapshots.begin(site, reading);
  const work = readAndReport(site, keepers, ports, { served, onArrival: end }).finally(() => {
    end();
    snapshots.end(site, reading);
  });
  ports.background(work);
}

/** A report comes back with the newest snapshot, so it takes the place of a reading. */
async function readAndReport(
  site: string,
  keepers: Keepers,
  ports: KnowPorts,
  { served, onArrival }: { readonly served: CompiledSite | undefined; readonly onArrival: () => void },
): Promise<void> {
  const { snapshots, metrics } = ports;
  // The data centre's cache is nearer than the keeper, so requests wait for that only.
  const isAwaited = snapshots.worthWaiting(site, ports.now()) !== undefined;
  const isMissing = snapshots.get(site)?.snapshot === undefined;
  if (isAwaited || isMissing || !snapshots.isReportDue(site, ports.now())) {
    const isRead = take(site, await keepers.read(site), ports);
    onArrival();
    if (!isRead) return;
  }
  // A second time if the first one brought another revision, so that the keeper soon learns that it was applied.
  for (let times = 0; times < 2 && snapshots.isReportDue(site, ports.now()); times++) {
    const revision = snapshots.get(site)?.snapshot?.revision ?? 0;
    const counts = metrics?.take(site);
    const told = await keepers.report(site, {
      ...ports.self,
      revision,
      ...(counts && { counts }),
      ...(served && { plans: plansOf(served), ...listsIn(served) }),
    });
    // Perhaps it was told and only the answer is lost; then some requests are counted twice.
    if (!told.ok && counts) metrics?.giveBack(site, counts);
    if (!take(site, told, ports)) return;
    snapshots.reported(site, { revision, at: ports.now() });
    onArrival();
  }
}

/** Most sites have none. */
function listsIn(site: CompiledSite): Pick<Report, "lists"> {
  const lists = listsOf(site);
  return lists.length > 0 ? { lists } : {};
}

/** A failure is told once, not each time. */
function take(site: string, read: Result<Snapshot, KeeperFailure>, ports: KnowPorts): boolean {
  const { snapshots, log } = ports;
  const now = ports.now();
  const spread = ports.random();
  if (read.ok) snapshots.keep(site, read.value, now, spread);
  else if (snapshots.fail(site, now, spread)) {
    log.warn("the keeper could not be asked; what is known of it stays in force", {
      site,
      error: read.error.message,
    });
  }
  return read.ok;
}
