// Two stores as one. The near store is asked first, and a body that the far store returns in memory is copied to it. Streams go
// to the far store only. The near store belongs to one isolate: it notices what other isolates changed in the far store only
// when its copy expires, after NEAR_COPY_LIVES_MS.
import { type Entry, isOfAPart } from "../caching/entry.ts";
import type { Store } from "../ports.ts";
import type { MemoryStore } from "./memory-store.ts";
import { Turns } from "./turns.ts";

/** A change mark must reach other isolates at once, so it is not kept near. */
const isKeptNear = (entry: Entry): boolean => entry.kind !== "change";

/** How long an isolate may still serve what another one has replaced or deleted. */
export const NEAR_COPY_LIVES_MS = 5_000;

export function tieredStore(near: MemoryStore, far: Store): Store {
  const turns = new Turns();
  return {
    name: `${near.name}+${far.name}`,
    isShared: far.isShared,
    takes: (key, entry) => far.takes(key, entry),
    get: (key) =>
      near.get(key) ??
      turns.take(key, async (claim) => {
        const distant = await far.get(key);
        const atHand = distant && !(distant.body instanceof ReadableStream) && isKeptNear(distant.entry);
        if (atHand && claim()) await near.put(key, distant.entry, distant.body);
        return distant;
      }),
    put: async (key, entry, body) => {
      turns.overrule(key);
      // The near store must not hold what the far store did not accept. A part gives way to other work in the far store.
      if (!(body instanceof ReadableStream) && !isOfAPart(entry) && isKeptNear(entry)) {
        await Promise.all([near.put(key, entry, body), far.put(key, entry, body)]);
        return;
      }
      await far.put(key, entry, body);
      turns.overrule(key);
      await near.delete(key);
    },
    renew: async (key, found, entry) => {
      turns.overrule(key);
      const isRenewed = await far.renew(key, found, entry);
      turns.overrule(key);
      if (!isRenewed || !(await near.renew(key, found, entry))) await near.delete(key);
      return isRenewed;
    },
    delete: async (key) => {
      // The far store first: until it has deleted the entry, the old one may still be copied near.
      await far.delete(key);
      turns.overrule(key);
      await near.delete(key);
    },
  };
}
