// Where are the texts of the sites read? In Workers KV, in the bundle, or in what an embedding app gives.
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { checkedBody, checkedText, isPossibleKey, siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { PatternPage, SiteTexts } from "../ports.ts";
import { keysInFolder } from "./site-files.ts";
import { endOf } from "./within.ts";

/** KV's own minimum. An isolate keeps a site for up to 60 s more, so a change is seen everywhere within 90 s (docs/operations.md). */
const KV_CACHE_TTL_SECONDS = 30;
/**
 * A version never changes. KV also keeps for this long that a key is absent, but a shorter time at the next reading counts for
 * what it has kept, too.
 */
const KV_VERSION_CACHE_TTL_SECONDS = 86_400;
/** A slower read has failed. The last good site stays in use, and no request waits for ever. */
const KV_TIMEOUT_MS = 5_000;

/** Reads sites from Workers KV, one key per host pattern, and one for each version. */
export function kvSites(kv: KVNamespace, timeoutMs = KV_TIMEOUT_MS): SiteTexts {
  const get = async (key: string, cacheTtl: number) =>
    isPossibleKey(key) ? within(key, cacheTtl) : undefined;
  const within = (key: string, cacheTtl: number) =>
    endOf(kv.get(key, { cacheTtl }), timeoutMs, {
      arrived: (text) => text ?? undefined,
      failed: (error) => {
        throw error;
      },
      late: () => {
        throw new Error(`KV did not answer within ${timeoutMs} ms`);
      },
    });
  return {
    read: (pattern) => get(siteKey(pattern), KV_CACHE_TTL_SECONDS),
    readVersion: ({ site, version }, copy) =>
      get(versionKey(site, version), copy === "unseen" ? KV_CACHE_TTL_SECONDS : KV_VERSION_CACHE_TTL_SECONDS),
    patterns: (page) => patternsInKv(kv, page),
  };
}

/** KV lists keys in order but cannot begin after one, so what comes before it is listed too. */
async function patternsInKv(kv: KVNamespace, { after, limit }: PatternPage): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const listed: KVNamespaceListResult<unknown> = await kv.list({ prefix: siteKey(""), cursor });
    for (const { name } of listed.keys) {
      const pattern = name.slice(siteKey("").length);
      if (after === undefined || pattern > after) found.push(pattern);
    }
    cursor = listed.list_complete ? null : listed.cursor;
  } while (cursor !== null && found.length < limit);
  return found.slice(0, limit);
}

/** Reads sites from a folder that the runtime presents as KV, but cannot list as one. */
export function folderSites(kv: KVNamespace, folder: Fetcher): SiteTexts {
  return {
    ...kvSites(kv),
    patterns: async (page) => {
      const keys = await keysInFolder(folder);
      return pageOf(
        keys.map((key) => key.slice(siteKey("").length)),
        page,
      );
    },
  };
}

const pageOf = (patterns: readonly string[], { after, limit }: PatternPage): readonly string[] =>
  patterns
    .toSorted()
    .filter((pattern) => after === undefined || pattern > after)
    .slice(0, limit);

/** Sites that are part of the bundle, for `headgate serve` and for tests. */
export function embeddedSites(texts: Readonly<Record<string, string>>): SiteTexts {
  const byPattern = new Map(Object.entries(texts));
  return {
    read: async (pattern) => byPattern.get(pattern),
    patterns: async (page) => pageOf([...byPattern.keys()], page),
  };
}

interface CheckedSite {
  readonly site: Site;
  /** The site's own values, from which its version is computed. */
  readonly json: string;
}

/**
 * Sites that an embedding app has given and that are checked already: by host, as the texts that `headgate push` would
 * write.
 */
export function givenSites(sites: readonly CheckedSite[]): SiteTexts {
  const byHost = new Map(sites.flatMap((one) => one.site.hosts.map((host) => [host, one] as const)));
  const texts = new Map<string, string>();
  return {
    read: async (pattern) => {
      const known = texts.get(pattern);
      const checked = byHost.get(pattern);
      if (known !== undefined || !checked) return known;
      // The texts contain digests, and the platform computes none before the first request.
      for (const entry of storedEntries(checked.site.hosts, await storedText(checked))) {
        texts.set(entry.pattern, entry.text);
      }
      return texts.get(pattern);
    },
    patterns: async (page) => pageOf([...byHost.keys()], page),
  };
}

async function storedText({ site, json }: CheckedSite): Promise<string> {
  const body = checkedBody(site, json, await fingerprintOf(json));
  return checkedText(body, await fingerprintOf(body));
}

/** Where an embedded edge reads the sites of its hosts while it runs: the texts that `headgate push` writes. */
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
