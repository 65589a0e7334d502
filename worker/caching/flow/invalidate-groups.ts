// An origin has invalidated groups of stored responses. This isolate acts at once; the others are told by the site's keeper, if there
// is one.
import type { Ports } from "../../isolate.ts";
import { nameOf } from "../../keeping/mark-names.ts";
import type { PurgeTarget } from "../../keeping/purge-target.ts";

type GroupPorts = Pick<Ports, "purgeMemory" | "keepers" | "background" | "log">;

/** `changedAt`: when the origin's response arrived. */
export function invalidateGroups(
  site: string,
  groups: readonly PurgeTarget[],
  changedAt: number,
  ports: GroupPorts,
): void {
  if (groups.length === 0) return;
  ports.purgeMemory.record(site, groups.map(nameOf), changedAt);
  for (const what of groups) ports.background(tellKeeper(site, what, ports));
}

/** Invalid responses must be validated before they are used (RFC 9111 §4.4), also if the origin fails: so the purge is hard. */
async function tellKeeper(site: string, what: PurgeTarget, { keepers, log }: GroupPorts): Promise<void> {
  const told = await keepers?.apply(site, { kind: "purge", what, mode: "hard", overMs: 0 });
  if (told && !told.ok) {
    const { reason } = told.error;
    log.warn("a group was invalidated in one isolate only", { site, reason, what: nameOf(what) });
  }
}
