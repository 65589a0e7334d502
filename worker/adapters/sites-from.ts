// Where an embedded edge reads the sites of its hosts while it runs: the texts that `headgate push` writes.
import { kvSites } from "./kv-sites.ts";
import type { SiteTexts } from "../ports.ts";

export interface SitesFrom<Bindings> {
  /** Keeps the cached responses of these sites apart from those of others: letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Called at the first request. Throws if a binding is missing. */
  open(bindings: Bindings): SiteTexts;
}

/** The names of the KV namespaces among the bindings. */
type KvNames<Bindings> = {
  [Name in keyof Bindings & string]: Bindings[Name] extends KVNamespace ? Name : never;
}[keyof Bindings & string];

/** The sites in the KV namespace that is bound under this name. */
export function fromKv<Bindings extends object>(binding: KvNames<Bindings>): SitesFrom<Bindings> {
  return {
    name: binding,
    open: (bindings) => {
      const namespace = bindings[binding] as KVNamespace | undefined;
      if (!namespace)
        throw new Error(`no sites: bind a KV namespace as ${binding} in wrangler's configuration`);
      return kvSites(namespace);
    },
  };
}

export const isSitesFrom = <Bindings>(given: unknown): given is SitesFrom<Bindings> =>
  typeof given === "object" && given !== null && "open" in given && typeof given.open === "function";
