// A push, in order: look at what the store has, decide, write, and remove what is not needed any more.
import { err, ok, type Result } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../load-sites.ts";
import { keysNamedBefore, type Leftover, leftoversIn } from "./leftovers.ts";
import { type Move, movesBy } from "./moves.ts";
import { type Change, changesTo, stepsOf } from "./push-plan.ts";
import type { Present, SiteStore, Written } from "./site-store.ts";
import { keysPointedTo } from "./what-is-stored.ts";

export interface Wishes {
  /** Hosts that may come from another site. */
  readonly takeHosts: readonly string[];
  /** Hosts whose keys are removed. No file names them. */
  readonly removeHosts: readonly string[];
  /** Whether the pointers that nothing needs any more are removed. */
  readonly prune: boolean;
}

export interface Pushed {
  readonly changes: readonly Change[];
  /** Hosts that would have come from another site without leave: nothing was written. */
  readonly refused: readonly Move[];
  readonly leftovers: readonly Leftover[];
  readonly written: Written;
  readonly removed: Written;
}

/** The error is a sentence: the store cannot be read, and nothing was written. */
export async function pushSites(
  sites: readonly LoadedSite[],
  store: SiteStore,
  wishes: Wishes,
): Promise<Result<Pushed, string>> {
  const looked = await lookAt(store, sites, wishes);
  if (!looked.ok) return looked;
  const present = looked.value;
  const changes = changesTo(present, sites);
  const refused = movesBy(sites, present).filter(({ host }) => !wishes.takeHosts.includes(host));
  const leftovers = leftoversIn(present, sites);
  const before = { changes, refused, leftovers, written: NOTHING, removed: NOTHING };
  if (refused.length > 0) return ok(before);

  let written = NOTHING;
  for (const step of stepsOf(changes, present)) {
    written = both(written, await store.write(step));
    if (written.failure !== undefined) return ok({ ...before, written });
  }
  const unneeded = new Set([
    ...wishes.removeHosts.map(siteKey).filter((key) => (present.get(key) ?? null) !== null),
    ...leftovers.filter(({ what }) => wishes.prune && what === "pointer").map(({ key }) => key),
  ]);
  const removed = unneeded.size === 0 ? NOTHING : await store.remove([...unneeded]);
  return ok({ ...before, written, removed });
}

const NOTHING: Written = { done: new Set(), unsure: new Set(), failure: undefined };

const both = (first: Written, second: Written): Written => ({
  done: new Set([...first.done, ...second.done]),
  unsure: new Set([...first.unsure, ...second.unsure]),
  failure: second.failure,
});

/** The keys of the push, and others that it touches: of sites whose hosts it takes, and of hosts that were named before. */
async function lookAt(
  store: SiteStore,
  sites: readonly LoadedSite[],
  { removeHosts, prune }: Wishes,
): Promise<Result<Present, string>> {
  const present = new Map<string, string | null>();
  const learn = async (keys: readonly string[]): Promise<string | undefined> => {
    const unknown = [...new Set(keys)].filter((key) => !present.has(key));
    if (unknown.length === 0) return undefined;
    const read = await store.read(unknown);
    if (!read.ok) return read.error;
    for (const [key, text] of read.value) present.set(key, text);
    return undefined;
  };
  const own = sites.flatMap(({ site }) => site.hosts.map(siteKey));
  const listed = prune ? await store.list() : ok([]);
  if (!listed.ok) return listed;
  const failure =
    (await learn([...own, ...removeHosts.map(siteKey), ...listed.value])) ??
    (await learn(keysPointedTo(present))) ??
    (await learn(keysNamedBefore(present)));
  return failure === undefined ? ok(present) : err(failure);
}
