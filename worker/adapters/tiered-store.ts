// Two stores as one: the near one is asked first, and what the far one has at hand is brought near. What streams
// goes to the far store alone. The near copy is an isolate's own: that the far one has been changed by another isolate
// is seen when the copy is forgotten, after NEAR_COPY_LIVES_MS.
import { type Entry, isOfAPart } from "../caching/entry.ts";
import type { Store } from "../ports.ts";
import type { MemoryStore } from "./memory-store.ts";
import { Turns } from "./turns.ts";

/** Not what one isolate tells the others at once. */
const isKeptNear = (entry: Entry): boolean => entry.kind !== "change";

/** For so long at most an isolate serves what another has replaced or deleted. */
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
      // What is near is not to be what the far one did not take in: a part gives way to what is under way there.
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
      // The far one first: until it has forgotten, the old may still be brought near.
      await far.delete(key);
      turns.overrule(key);
      await near.delete(key);
    },
  };
}
