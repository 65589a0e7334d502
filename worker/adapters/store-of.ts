// The store of one isolate: memory for small responses, above a store that isolates share.
import { parseSizeBytes } from "../../shared/site/units.ts";
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Log, Store } from "../ports.ts";
import { cacheApiStore } from "./cache-api-store.ts";
import { apartStore, steadyStore } from "./guarded-store.ts";
import { memoryStore } from "./memory-store.ts";
import { NEAR_COPY_LIVES_MS, tieredStore } from "./tiered-store.ts";

export interface Storing {
  /** As in a site file: `16MiB`; `0B` for none. */
  readonly memory: string;
  /** The store that isolates share, if it is not the data centre's cache. */
  readonly shared?: Store | undefined;
  /** The name under which an embedded edge keeps its entries in the shared store. */
  readonly apart?: string | undefined;
  readonly log: Log;
}

export function storeOf({ memory, shared, apart, log }: Storing, hasCacheApi: boolean): Store {
  const bytes = parseSizeBytes(memory);
  if (bytes === undefined)
    throw new Error(`HEADGATE_CACHE_MEMORY is ${JSON.stringify(memory)}; write 16MiB, or 0B`);
  const given = shared ?? (hasCacheApi ? cacheApiStore(caches.default, log) : undefined);
  if (!given) return bytes === 0 ? noStore : memoryStore(bytes);
  const far = steadyStore(apart === undefined ? given : apartStore(given, apart), log);
  if (bytes === 0) return far;
  return tieredStore(memoryStore(bytes, { forgetAfterMs: NEAR_COPY_LIVES_MS }), far);
}

/** A store that stores nothing. */
export const noStore: Store = {
  name: "none",
  isShared: false,
  takes: () => false,
  get: async () => undefined,
  put: async (_key, _entry, body) => {
    if (body instanceof ReadableStream) void cancelQuietly(body);
  },
  renew: async () => false,
  delete: async () => {},
};
