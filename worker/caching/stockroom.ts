// The only place that touches a store. It finds, keeps, renews and forgets responses, compares them with the purges of their
// site, and maintains the index of a key's variants. Whether a response may be stored (storable.ts), what selects it
// (selectors.ts) and which variant matches (variants.ts) is decided elsewhere.

import { type Soon, whenHere } from "../../shared/soon.ts";
import { CACHE_CALLS } from "../../shared/subrequests.ts";
import { letGo } from "../bodies/let-go.ts";
import type { Ports } from "../isolate.ts";
import { knownSnapshot } from "../keeping/known-snapshot.ts";
import type { Body } from "../message.ts";
import type { SelectingRequest } from "../rewriting/as-sent.ts";
import type { AsOf } from "./change-clock.ts";
import {
  type Doubt,
  ENTRY_FORMAT,
  type Entry,
  type ResponseEntry,
  type Stored,
  type StoredResponseWithBody,
  type Variant,
  type VariantIndex,
} from "./entry.ts";
import { compared, type Looked, type Looking, type PurgePorts } from "./flow/against-purges.ts";
import type { Forward } from "./law/cache-outcome.ts";
import { changeKey, generationKey, urlKeyOf, variantKey } from "./law/key.ts";
import type { LookupPlan } from "./law/plan.ts";
import type { CacheRules } from "./law/rules.ts";
import { isOutdatedBy } from "./law/supersede.ts";
import { fieldOf } from "./law/validators.ts";
import { addVariant, chooseVariant } from "./law/variants.ts";

/** A stored response, and the key under which it stands. */
export interface Held {
  readonly at: string;
  readonly stored: StoredResponseWithBody;
}

export type Found =
  | {
      readonly kind: "absent";
      readonly fwd: "uri-miss" | "vary-miss";
      /** There was one, and it is purged. */
      readonly purged?: true;
      /** The names of the key's selectors, if variants are stored. */
      readonly selectors?: readonly string[];
    }
  | ({ readonly kind: "response" } & Held);

type StorePorts = Pick<Ports, "store" | "subrequests">;

export type LookPorts = StorePorts & PurgePorts;

export function find(plan: LookupPlan, request: SelectingRequest, ports: LookPorts): Soon<Found> {
  const { key, rules } = plan;
  const { host } = request.asked;
  return whenHere(look({ key, site: rules.place.site, host }, ports), (first) =>
    foundUnder(plan, first, request, ports),
  );
}

function foundUnder(
  plan: LookupPlan,
  first: Looked,
  request: SelectingRequest,
  ports: LookPorts,
): Soon<Found> {
  const now = ports.now();
  if (first === "purged") return { ...URI_MISS, purged: true };
  if (!first || first.entry.keepUntil <= now || first.entry.kind === "change") return URI_MISS;
  if (first.entry.kind === "response") {
    // It was stored before the route separated responses by cookie, country, …. For which clients is unknown.
    if (plan.rules.selectors.length > 0) return VARY_MISS;
    return { kind: "response", at: plan.key, stored: withBody(first) };
  }
  const variant = chooseVariant(first.entry, request, plan.rules);
  const { variants } = first.entry;
  if (!variant) return variantMiss(variants);
  const { site } = plan.rules.place;
  return whenHere(look({ key: variant.key, site, host: request.asked.host }, ports), (second) => {
    if (second === "purged") return { ...variantMiss(variants), purged: true };
    return second?.entry.kind === "response" && second.entry.keepUntil > now
      ? { kind: "response", at: variant.key, stored: withBody(second) }
      : variantMiss(variants);
  });
}

export const URI_MISS = { kind: "absent", fwd: "uri-miss" } as const;
const VARY_MISS = { kind: "absent", fwd: "vary-miss" } as const;

/** The next response will have the selectors of the newest variant, unless its Vary has changed. */
const variantMiss = ([newest]: readonly Variant[]): Extract<Found, { kind: "absent" }> =>
  newest ? { ...VARY_MISS, selectors: Object.keys(newest.selectors) } : VARY_MISS;

const withBody = (stored: Stored): StoredResponseWithBody => {
  const { entry } = stored;
  if (entry.kind !== "response") throw new Error("an index is no response");
  return { ...stored, entry };
};

export const heldIn = (found: Found): StoredResponseWithBody | undefined =>
  found.kind === "response" ? found.stored : undefined;

/** Why the origin is asked despite a found response. A manifest holds no part of its file, so it does not count as partial. */
export function forwardReason(found: Found): Forward {
  if (found.kind === "absent") return found.fwd;
  return found.stored.entry.part && found.stored.entry.part.length > 0 ? "partial" : "stale";
}

/** What must be said of the stored response beside the reason why the origin is asked. */
export function doubtIn(found: Found): { readonly detail?: Doubt } {
  const doubt = found.kind === "absent" ? found.purged && "purged" : found.stored.doubt;
  return doubt ? { detail: doubt } : {};
}

/** Synchronous if the store holds the entry in memory and the purges are known. */
function look(looking: Looking, ports: LookPorts): Soon<Looked> {
  // Both at once: the first request of an isolate waits for the longer of the two.
  const snapshot = knownSnapshot(looking.site, ports);
  const stored = ports.store.get(looking.key);
  if (stored instanceof Promise) count(CACHE_CALLS.get, ports);
  if (stored instanceof Promise || snapshot instanceof Promise) {
    return Promise.all([stored, snapshot]).then(([there, known]) => compared(there, known, looking, ports));
  }
  return compared(stored, snapshot, looking, ports);
}

/** What is not in the memory of the isolate is a call of the Cache API. */
function count(calls: number, { store, subrequests }: StorePorts): void {
  if (store.isShared) subrequests?.take(calls);
}

/** The response or the index under a key. It is returned at once if the store holds it in memory. */
export const heldAt = (looking: Looking, ports: LookPorts): Soon<Stored | undefined> =>
  whenHere(look(looking, ports), (looked) => (looked === "purged" ? undefined : looked));

/** The index under a key. */
export const indexAt = (key: string, { store }: Pick<Ports, "store">): Soon<VariantIndex | undefined> =>
  whenHere(store.get(key), (stored) => (stored?.entry.kind === "variants" ? stored.entry : undefined));

/** Whether the store would accept the entry with a body of the declared length. */
export const wouldTake = (key: string, entry: Entry, { store }: Pick<Ports, "store">): boolean =>
  store.takes(key, entry);

/** Stores an entry without variants: a slice of a file, an index. */
export function keepAt(key: string, entry: Entry, body: Body, ports: StorePorts): Promise<void> {
  count(CACHE_CALLS.put, ports);
  return ports.store.put(key, entry, body);
}

export interface Keeping {
  readonly key: string;
  readonly rules: CacheRules;
  /** The host that the client asked for. */
  readonly host: string;
  readonly entry: ResponseEntry;
  readonly selectors: Readonly<Record<string, string>>;
  /** When the origin was asked. A response requested before a change of the URL does not outlive the change. */
  readonly asOf: AsOf;
}

type KeepPorts = Pick<Ports, "changes"> & LookPorts;

export const lookingAt = (key: string, { rules, host }: Pick<Keeping, "rules" | "host">): Looking => ({
  key,
  site: rules.place.site,
  host,
});

export async function keep(keeping: Keeping, body: Body, ports: KeepPorts): Promise<void> {
  const [isChanged, isOld] = await Promise.all([isOutdated(keeping, ports), newerIsThere(keeping, ports)]);
  if (isChanged || isOld) return letGo(body, ports);
  await write(keeping, (at) => keepAt(at, keeping.entry, body, ports).then(() => true), ports);
}

/** Another request or isolate may have stored a response since this request looked. */
async function newerIsThere(keeping: Keeping, ports: KeepPorts): Promise<boolean> {
  const { key, selectors, entry } = keeping;
  const there = await heldAt(lookingAt(placeOf(key, selectors), keeping), ports);
  if (there) letGo(there.body, ports);
  return there?.entry.kind === "response" && isOutdatedBy(entry, there.entry);
}

/** Stores the newer entry with the existing body. The caller may still read the body. */
export async function renew(
  keeping: Keeping,
  { at, stored }: { at: string; stored: Stored },
  ports: KeepPorts,
): Promise<void> {
  if (await isOutdated(keeping, ports)) return;
  count(CACHE_CALLS.put, ports);
  const found = stored.inStore ? { ...stored, entry: stored.inStore } : stored;
  await write(keeping, () => ports.store.renew(at, found, keeping.entry), ports);
}

async function write(
  keeping: Keeping,
  act: (at: string) => Promise<boolean>,
  ports: KeepPorts,
): Promise<void> {
  const at = placeOf(keeping.key, keeping.selectors);
  if ((await act(at)) && at !== keeping.key) await addToIndex(keeping, at, ports);
  if (await isOutdated(keeping, ports)) await forget(keeping.key, ports); // the URL changed during the write
}

/**
 * Whether the URL was changed, here or in another isolate. The store has no compare-and-set. So a change writes its mark
 * before it deletes, and a write looks for a mark both before and after it puts. In either order, a response requested
 * before the change does not stay.
 */
async function isOutdated(
  { key, asOf }: Keeping,
  ports: Pick<Ports, "changes" | "now"> & StorePorts,
): Promise<boolean> {
  const { changes, store, now } = ports;
  if (changes.isChangedSince(key, asOf)) return true;
  if (!store.isShared) return false;
  if (now() - asOf.at > MARKED_FOR_MS) return true; // the marks of changes since then may have expired
  count(CACHE_CALLS.get, ports);
  const mark = (await store.get(changeKey(urlKeyOf(key))))?.entry;
  return mark?.kind === "change" && mark.changedAt > asOf.at;
}

/** Longer than it takes to receive and store a response (bodies/patience.ts). */
const MARKED_FOR_MS = 3_600_000;

/** The URL was changed at the origin, by a request that was answered at `changedAt`. */
export async function forgetChanged(
  urlKey: string,
  changedAt: number,
  { changes, flights, store }: Pick<Ports, "changes" | "flights" | "store">,
): Promise<void> {
  changes.record(urlKey);
  flights.outdate(urlKey);
  if (store.isShared) {
    const keepUntil = changedAt + MARKED_FOR_MS;
    const mark = { kind: "change", format: ENTRY_FORMAT, changedAt, keepUntil } as const;
    await store.put(changeKey(urlKey), mark, null);
  }
  await Promise.all([store.delete(urlKey), store.delete(generationKey(urlKey))]);
}

async function addToIndex(
  { key, entry, selectors }: Keeping,
  at: string,
  { store }: Pick<Ports, "store">,
): Promise<void> {
  // Two requests may add variants at once, and one may be lost. The only cost is that it is fetched again.
  const before = (await store.get(key))?.entry;
  const variant = { selectors, language: fieldOf(entry.headers, "content-language"), key: at };
  const { index, dropped } = addVariant(
    before?.kind === "variants" ? before : undefined,
    variant,
    entry.keepUntil,
  );
  await store.put(key, index, null);
  await Promise.all(dropped.map((old) => store.delete(old.key)));
}

/** The key of a response: the cache key itself if nothing selects it. */
export function placeOf(key: string, selectors: Keeping["selectors"]): string {
  return Object.keys(selectors).length === 0 ? key : variantKey(key, selectors);
}

/** Forgets everything stored under a key. The variants' entries can then not be found, and expire. */
export function forget(key: string, { store }: Pick<Ports, "store">): Promise<void> {
  return store.delete(key);
}
