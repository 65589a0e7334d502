// What does a push change in the store, and with which arguments does wrangler do it? Keys that already hold the same value
// are left alone. Pure, because the remote half of a push can be tried only with an account.
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../load-sites.ts";

export interface StoreEntry {
  readonly key: string;
  readonly value: string;
}

export interface Change extends StoreEntry {
  readonly pattern: string;
  /** The version of the site, or the host under which the site itself is stored. */
  readonly holds: string;
  /** `unknown` if the store could not be read. */
  readonly change: "new" | "changed" | "same" | "unknown";
}

/** By key; null if there is none. Undefined if the store could not be read. */
export type Present = ReadonlyMap<string, string | null> | undefined;

export function changesTo(present: Present, sites: readonly LoadedSite[]): Change[] {
  return sites.flatMap(({ site, stored, version }) =>
    storedEntries(site.hosts, stored).map(({ pattern, text }, index) => {
      const key = siteKey(pattern);
      const holds = index === 0 ? `version ${version}` : `as ${site.hosts[0]}`;
      return { pattern, key, value: text, holds, change: changeOf(present, key, text) };
    }),
  );
}

function changeOf(present: Present, key: string, value: string): Change["change"] {
  if (!present) return "unknown";
  const before = present.get(key) ?? null;
  if (before === null) return "new";
  return before === value ? "same" : "changed";
}

/** Cloudflare's own store, or the one that `wrangler dev` uses on this machine. */
export type Place = Namespace &
  (
    | { readonly kind: "remote" }
    /** `folder` is the same as wrangler's `--persist-to`. If undefined, its default `.wrangler/state` is used. */
    | { readonly kind: "local"; readonly folder: string | undefined }
  );

/** The KV namespace that the Worker reads. If the configuration has no id for it, wrangler uses that of the deployed Worker. */
export interface Namespace {
  readonly configFile: string;
  /** An environment of the configuration, such as `staging`. */
  readonly env: string | undefined;
  readonly binding: string;
}

export const DEFAULT_BINDING = "SITES";

/** `file` holds `[{ key, value }]`. */
export function putArguments(file: string, place: Place): string[] {
  return ["kv", "bulk", "put", file, ...storeArguments(place)];
}

/** `file` holds the keys. */
export function getArguments(file: string, place: Place): string[] {
  return ["kv", "bulk", "get", file, ...storeArguments(place)];
}

function storeArguments(place: Place): string[] {
  const { configFile, env, binding } = place;
  const namespace = [
    "--config",
    configFile,
    "--binding",
    binding,
    ...(env === undefined ? [] : ["--env", env]),
  ];
  if (place.kind === "remote") return [...namespace, "--remote"];
  const folder = place.folder === undefined ? [] : ["--persist-to", place.folder];
  return [...namespace, "--local", ...folder];
}

/** Advice on an error of wrangler; undefined if we know no better than wrangler itself. */
export function adviceOn(output: string): string | undefined {
  if (/CLOUDFLARE_API_TOKEN|not logged in|not authenticated|Authentication error|code: 10000/i.test(output)) {
    return "wrangler has no access to an account: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, and push again";
  }
  if (/No KV namespace ID found|does not exist on your account|code: 10007/i.test(output)) {
    return "the Worker is not deployed yet: run `npx wrangler deploy`, which creates its store, and push again";
  }
  if (/fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|network/i.test(output)) {
    return "Cloudflare cannot be reached from here";
  }
  return undefined;
}
