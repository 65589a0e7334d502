// Compares what is stored with the purges of its site, as this isolate knows them: those that the keeper has told, and its own
// (purge-memory.ts). Whether a mark covers a response is decided in law/purged.ts.
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import { type KnowPorts, latestSnapshot } from "../../keeping/known-snapshot.ts";
import { NO_PURGES } from "../../keeping/purge-marks.ts";
import type { Snapshot } from "../../keeping/snapshot.ts";
import type { Asked } from "../../message.ts";
import type { ResponseEntry, Stored } from "../entry.ts";
import { siteOf, urlOf } from "../law/key.ts";
import { asStale, asUnconfirmed, markedAt, type Purged, purgedBy, worse } from "../law/purged.ts";

/** What is looked up, and for whom. */
export interface Looking {
  readonly key: string;
  /** Its purges count. */
  readonly site: string;
  /** As the client asks for it. */
  readonly host: string;
}

export type PurgePorts = KnowPorts & Pick<Ports, "purgeMemory">;

export type Looked = Stored | "purged" | undefined;

/** An index is not compared: each of its responses is. */
export function compared(
  stored: Stored | undefined,
  snapshot: Snapshot | undefined,
  looking: Looking,
  ports: PurgePorts,
): Looked {
  if (stored?.entry.kind !== "response") return stored;
  const known = purgeOf(stored.entry, snapshot, looking, ports);
  const mode = snapshot || known === "hard" ? known : "unknown";
  switch (mode) {
    case undefined:
    case "later":
      return stored;
    case "hard":
      letGo(stored.body, ports);
      return "purged";
    case "soft":
      return { ...stored, entry: asStale(stored.entry, ports.now()), doubt: "purged", inStore: stored.entry };
    case "unknown": {
      const entry = asUnconfirmed(stored.entry, ports.now());
      return { ...stored, entry, doubt: "purges-unknown", inStore: stored.entry };
    }
  }
}

/** By the keeper's marks, if they are known, or by those of this isolate. */
function purgeOf(
  entry: ResponseEntry,
  snapshot: Snapshot | undefined,
  { key, site, host }: Looking,
  { purgeMemory, now }: Pick<Ports, "purgeMemory" | "now">,
): Purged {
  const { revision, requestedAt, resource } = entry;
  const purges = snapshot?.purges ?? NO_PURGES;
  const own = purgeMemory.of(site);
  if (revision >= purges.newest && requestedAt >= own.newest) return undefined; // the usual case
  const isOfHost = resource.host === host;
  if (isOfHost && purgeMemory.isCleared(entry, purges, own)) return undefined;
  const named = { ...resource, url: urlOf(key), hosts: isOfHost ? [host] : [resource.host, host] };
  const purged = worse(purgedBy(purges, revision, named, now()), purgedBy(own, requestedAt, named, now()));
  if (isOfHost && purged === undefined) purgeMemory.clear(entry, purges, own);
  return purged;
}

/** Whether it has been purged as if it were not stored, by what this isolate knows now. A request may have waited since it looked. */
export function isPurgedByNow(entry: ResponseEntry, looking: Looking, ports: PurgePorts): boolean {
  return purgeOf(entry, latestSnapshot(looking.site, ports), looking, ports) === "hard";
}

/**
 * The revision of a stored response that was confirmed by an answer of `revision`. While a hard purge is spread, the response is used
 * until its point comes. Its bytes remain those of before the purge, whatever the origin's validators say.
 */
export function revisionConfirmed(
  entry: ResponseEntry,
  revision: number,
  looking: Looking,
  ports: PurgePorts,
): number {
  const snapshot = latestSnapshot(looking.site, ports);
  const { purgeMemory } = ports;
  const inTheEnd = purgeOf(entry, snapshot, looking, { purgeMemory, now: () => Infinity });
  return inTheEnd === "hard" ? Math.min(entry.revision, revision) : revision;
}

/**
 * Ends the keys of flights. After a purge of the URL, of a path above it or of its host, no request waits for an answer that was asked
 * for before. Tags are not known before an answer has come: it is compared when it lands (boarding.ts).
 */
export function sincePurge(
  key: string,
  { host, path }: Pick<Asked, "host" | "path">,
  ports: PurgePorts,
): string {
  const site = siteOf(key);
  const purges = latestSnapshot(site, ports)?.purges ?? NO_PURGES;
  const own = ports.purgeMemory.of(site);
  if (purges.newest === 0 && own.newest === 0) return "";
  const named = { url: urlOf(key), hosts: [host], path, tags: [] };
  return `#since:${markedAt(purges, named)},${markedAt(own, named)}`;
}
