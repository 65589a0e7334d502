// What may an embedding app give to an edge besides the texts of its sites? Options, of which ports are made, and its one site.
import { err, ok } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { parseSizeBytes } from "../../shared/site/units.ts";
import { compileSite } from "../compile-site.ts";
import type { OnlySite } from "../isolate.ts";
import type { Secrets, Store } from "../ports.ts";
import { hostPatterns } from "../routing/hosts.ts";
import type { CompiledSite } from "../site.ts";
import type { AppLog } from "./app-log.ts";
import { type Env, type Given, type IsolatePorts, portsOf } from "./env.ts";

export interface EdgeOptions<Bindings> {
  /** How much memory each isolate may use for small responses: `16MiB`; `0B` for none. */
  readonly cacheMemory?: string;
  /** The store below that memory, in place of the data centre's cache. If it fails, that counts as a miss. */
  readonly store?: (bindings: Bindings) => Store;
  /** Where records and warnings go, in place of the console. */
  readonly log?: AppLog | ((bindings: Bindings) => AppLog);
  /** The values of `${secret:NAME}` by name, in place of the bindings HEADGATE_SECRET_NAME. */
  readonly secrets?: SecretValues | ((bindings: Bindings) => SecretValues);
}

type SecretValues = Readonly<Record<string, string | undefined>>;

/** Throws at the start of the app rather than at its first request. */
export function checkOptions({ cacheMemory }: { readonly cacheMemory?: string }): void {
  if (cacheMemory === undefined || parseSizeBytes(cacheMemory) !== undefined) return;
  throw new Error(`cacheMemory is ${JSON.stringify(cacheMemory)}; write 16MiB, or 0B`);
}

export function portsWith<Bindings extends object>(
  { cacheMemory, store, log, secrets }: EdgeOptions<Bindings>,
  bindings: Bindings,
  given: Given,
  place?: string,
): IsolatePorts {
  const all = {
    cacheMemory,
    ...given,
    store: store?.(bindings),
    log: typeof log === "function" ? log(bindings) : log,
    secrets: typeof secrets === "function" ? secrets(bindings) : secrets,
  };
  return portsOf(bindings as Env, all, place);
}

/**
 * The one site of an embedded edge. It is checked at the start, and compiled at the first request, because its version is a
 * digest and the platform computes none before. `json` holds the site's own values, from which its version is computed.
 */
export function onlySite(
  { site, json }: { readonly site: Site; readonly json: string },
  name: string | undefined,
): (secrets: Secrets) => OnlySite {
  const hosts = new Set(site.hosts);
  const serves = (host: string) =>
    hosts.has("*") || [...hostPatterns(host)].some((pattern) => hosts.has(pattern));
  return (secrets) => {
    let compiled: CompiledSite | undefined;
    return (host) => {
      if (!serves(host)) return err({ reason: "no-site", host });
      if (compiled) return ok(compiled);
      // Each of several first requests computes it for itself: one request may not wait for another's promise.
      return fingerprintOf(json).then((version) => {
        compiled ??= compileSite(site, version, { name, secrets });
        return ok(compiled);
      });
    };
  };
}
