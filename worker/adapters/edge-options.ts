// What an embedding app may give to an edge besides its sites, and the ports that are made of it.
import { parseSizeBytes } from "../../shared/site/units.ts";
import { type Env, type Given, type IsolatePorts, portsOf } from "./env.ts";
import type { Log, Store } from "../ports.ts";

export interface EdgeOptions<Bindings> {
  /** How much memory each isolate may use for small responses: `16MiB`; `0B` for none. */
  readonly cacheMemory?: string;
  /** The store below that memory, in place of the data centre's cache. If it fails, that counts as a miss. */
  readonly store?: (bindings: Bindings) => Store;
  /** Where records and warnings go, in place of the console. */
  readonly log?: Partial<Log> | ((bindings: Bindings) => Partial<Log>);
}

/** Throws at the start of the app rather than at its first request. */
export function checkOptions({ cacheMemory }: { readonly cacheMemory?: string }): void {
  if (cacheMemory === undefined || parseSizeBytes(cacheMemory) !== undefined) return;
  throw new Error(`cacheMemory is ${JSON.stringify(cacheMemory)}; write 16MiB, or 0B`);
}

export function portsWith<Bindings extends object>(
  { cacheMemory, store, log }: EdgeOptions<Bindings>,
  bindings: Bindings,
  given: Given,
): IsolatePorts {
  return portsOf(bindings as Env, {
    cacheMemory,
    ...given,
    store: store?.(bindings),
    log: typeof log === "function" ? log(bindings) : log,
  });
}
