// A push, in order: look at what the store has, decide, write, and remove what is not needed any more.
import { err, ok, type Result } from "../../shared/result.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { removableOf, textsOf, withoutRetired } from "../../shared/site/version-retention.ts";
import type { CheckedFile } from "./checked-file.ts";
import { type Leftover, leftoversIn } from "./leftovers.ts";
import { lookAt, type Seen } from "./look-at-store.ts";
import { type Move, movesBy } from "./moves.ts";
import { type Change, changesTo, stepsOf } from "./push-plan.ts";
import { removeTexts } from "./remove-texts.ts";
import { type Moment, planOf, type SitePlan } from "./site-plan.ts";
import type { Present, SiteStore, StoreEntry, Written } from "./site-store.ts";
import { recordIn, seenAt } from "./what-is-stored.ts";
import { bothWritten, inOrder, NOTHING_WRITTEN } from "./written.ts";

export interface Wishes {
  /** Hosts that may come from another site. */
  readonly takeHosts: readonly string[];
  /** Hosts whose keys are removed. No file names them. */
  readonly removeHosts: readonly string[];
  /** Whether the pointers that nothing needs any more are removed. */
  readonly prune: boolean;
  /** Of the clients, who get the pushed version while the others keep theirs. Undefined: all get it. */
  readonly share?: number | undefined;
}

export interface Pushed {
  readonly changes: readonly Change[];
  /** Hosts that would have come from another site without leave: nothing was written. */
  readonly refused: readonly Move[];
  readonly leftovers: readonly Leftover[];
  readonly written: Written;
  readonly removed: Written;
}

/** The error is a sentence: nothing was written, because the store cannot be read or has nothing to begin a rollout beside. */
export async function pushSites(
  sites: readonly CheckedFile[],
  store: SiteStore,
  wishes: Wishes,
  moment: Moment,
): Promise<Result<Pushed, string>> {
  const looked = await lookAt(store, sites, wishes);
  if (!looked.ok) return looked;
  const seen = looked.value;
  const { present } = seen;
  const { share } = wishes;
  const moves = movesBy(sites, present);
  const obstacle = share === undefined ? undefined : (withoutLive(sites, seen) ?? takenInRollout(moves));
  if (obstacle !== undefined) return err(obstacle);
  const planned = sites.map((site) =>
    planOf(site, { ...seen, standing: seen.standing.get(nameOf(site)) }, { ...moment, share }),
  );
  const refused = moves.filter(({ host }) => !wishes.takeHosts.includes(host));
  // In a rollout the hosts that the next version has no more are still those of the live one.
  const leftovers = share === undefined ? leftoversIn(present, sites) : [];
  const before = {
    changes: changesTo(present, planned),
    refused,
    leftovers,
    written: NOTHING_WRITTEN,
    removed: NOTHING_WRITTEN,
  };
  if (refused.length > 0) return ok(before);

  const changes = changesTo(present, await cleaned(planned, store, present, moment));
  const written = await inOrder(stepsOf(changes, present), (step) =>
    store.write(step, seenFor(step, sites, present)),
  );
  if (written.failure !== undefined) return ok({ ...before, written });
  const unneeded = new Set([
    ...wishes.removeHosts.map(siteKey).filter((key) => (present.get(key) ?? null) !== null),
    ...leftovers.filter(({ what }) => wishes.prune && what === "pointer").map(({ key }) => key),
  ]);
  return ok({ ...before, written, removed: await removeSites([...unneeded], store, seen) });
}

/**
 * Besides what the step changes, the texts that its records name: somebody else may have removed them since they were seen or
 * written, with the site that they were of.
 */
function seenFor(step: readonly StoreEntry[], sites: readonly CheckedFile[], present: Present): Present {
  const records = new Set(step.flatMap(({ value }) => recordIn(value)?.site ?? []));
  const texts = sites
    .filter((file) => records.has(nameOf(file)))
    .map((file) => [versionKey(nameOf(file), file.version), file.stored] as const);
  const keys = step.map(({ key }) => key);
  return new Map([...seenAt(keys, present), ...texts]);
}

const nameOf = ({ site }: CheckedFile): string => site.hosts[0] ?? "";

function withoutLive(sites: readonly CheckedFile[], { standing }: Seen): string | undefined {
  const names = sites.map(nameOf).filter((name) => !standing.has(name));
  const [first] = names;
  if (first === undefined) return undefined;
  const others =
    names.length > 1 ? ` (and ${names.length - 1} other ${names.length > 2 ? "sites" : "site"})` : "";
  return `${first}${others} has no live version that a rollout could begin beside: push it without --share first`;
}

/** The live version does not name such a host: there the clients that keep it would have no site at all. */
function takenInRollout([first]: readonly Move[]): string | undefined {
  if (!first) return undefined;
  const what = `${first.host} belongs to the site ${first.from}, and a rollout takes no host from another site`;
  return `${what}: push ${first.to} without --share, or leave the host out`;
}

/** Retired texts go with the next change of their record. If they cannot be removed, the record goes on naming them. */
async function cleaned(
  plans: readonly SitePlan[],
  store: SiteStore,
  present: Present,
  { now }: Moment,
): Promise<SitePlan[]> {
  const changing = plans.filter(({ isStored }) => !isStored);
  const keys = changing.flatMap(({ record }) => removableOf(record, now));
  if (keys.length === 0) return [...plans];
  const records = changing.map(({ record }) => siteKey(record.site));
  const { written, inUse } = await removeTexts(store, keys, seenAt(records, present));
  const settled = new Set([...written.done, ...inUse]);
  return plans.map((plan) =>
    plan.isStored ? plan : { ...plan, record: withoutRetired(plan.record, settled) },
  );
}

/** First what is served; the texts of a site are of no use without its record. */
async function removeSites(keys: readonly string[], store: SiteStore, { present }: Seen): Promise<Written> {
  const removed = await inOrder([keys], (step) => store.remove(step, seenAt(step, present)));
  if (removed.failure !== undefined) return removed;
  const texts = keys.flatMap((key) => recordIn(present.get(key) ?? "") ?? []).flatMap(textsOf);
  const gone = new Map(keys.map((key) => [key, null]));
  const { written } = await removeTexts(store, texts, gone);
  return bothWritten(removed, written);
}
