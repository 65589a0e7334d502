// A part of a shared store that belongs to one embedded edge: every key is kept under the edge's own name. Two edges in one
// app, or an app beside a Headgate Worker, then never see each other's entries, whatever their sites are called.
import type { Store } from "../ports.ts";

/** Neither a name nor a host contains one. */
export const NAME_ENDS = "~";

export function apartStore(store: Store, name: string): Store {
  const ours = (key: string) => `${name}${NAME_ENDS}${key}`;
  return {
    name: store.name,
    isShared: store.isShared,
    takes: (key, entry) => store.takes(ours(key), entry),
    get: (key) => store.get(ours(key)),
    put: (key, entry, body) => store.put(ours(key), entry, body),
    renew: (key, found, entry) => store.renew(ours(key), found, entry),
    delete: (key) => store.delete(ours(key)),
  };
}
