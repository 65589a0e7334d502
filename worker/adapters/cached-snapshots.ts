// Reads snapshots and address lists through the data centre's cache, so that however many isolates it has, a keeper is asked every few seconds by each
// data centre. If the cache fails, the keeper is asked.
import { ok } from "../../shared/result.ts";
import { readSnapshot, SNAPSHOT_FORMAT, type Snapshot, snapshotText } from "../keeping/snapshot.ts";
import type { Keepers, ListName } from "../ports.ts";
import { readList } from "./keepers.ts";
import { endOf } from "./within.ts";

/** SPREADS_WITHIN_MS in keeping/places.ts builds on it. */
const LIVES_MS = 3_000;
/**
 * A request may be waiting for the snapshot, and not for longer than 300 ms: neither a slow cache nor the keeping of what was read may
 * use that up. What is being kept is kept all the same.
 */
const WITHIN_MS = { find: 100, keep: 50, list: 500 };

/** A digest always names the same list, which an isolate looks up when it starts. */
const LIST_LIVES_SECONDS = 86_400;

/** When the keeper was asked for it. The cache counts seconds, and begins when the response is put there. */
const ASKED_AT = "headgate-asked-at";

/** On Cloudflare, the host of the key has to be one of the zone's own. `name` tells keepers apart, whatever their sites are called. */
export interface CachePlace {
  readonly host: string;
  readonly name: string;
}

export function cachedSnapshots(
  keepers: Keepers,
  cache: Cache,
  placeOf: (site: string) => CachePlace,
  now: () => number,
  withinMs = WITHIN_MS,
): Keepers {
  const urlOf = (site: string): string => {
    const { host, name } = placeOf(site);
    return `https://${host}/.headgate-cache/snapshot/${SNAPSHOT_FORMAT}/${encodeURIComponent(name)}`;
  };
  const find = async (site: string): Promise<Snapshot | undefined> => {
    const response = await cache.match(urlOf(site));
    if (!response) return undefined;
    const ageMs = now() - Number(response.headers.get(ASKED_AT));
    const text = await response.text();
    return ageMs >= 0 && ageMs < LIVES_MS ? readSnapshot(text) : undefined;
  };
  const keep = async (site: string, snapshot: Snapshot, askedAt: number): Promise<void> => {
    const headers = { "cache-control": `public, max-age=${LIVES_MS / 1_000}`, [ASKED_AT]: String(askedAt) };
    await cache.put(urlOf(site), new Response(snapshotText(snapshot), { headers }));
  };
  const listUrl = (site: string, { digest }: ListName): string => {
    const { host, name } = placeOf(site);
    return `https://${host}/.headgate-cache/list/${encodeURIComponent(name)}/${digest}`;
  };
  const findList = async (url: string): Promise<Uint32Array | undefined> => {
    const response = await cache.match(url);
    return response && readList(await response.arrayBuffer());
  };
  const keepList = (url: string, words: Uint32Array): Promise<void> => {
    const headers = { "cache-control": `public, max-age=${LIST_LIVES_SECONDS}` };
    return cache.put(url, new Response(new Uint8Array(words.buffer as ArrayBuffer), { headers }));
  };
  const asked = async (site: string, ask: () => ReturnType<Keepers["read"]>): ReturnType<Keepers["read"]> => {
    const askedAt = now();
    const read = await ask();
    if (read.ok) await quietly(keep(site, read.value, askedAt), withinMs.keep);
    return read;
  };
  return {
    ...keepers,
    read: async (site) => {
      const found = await quietly(find(site), withinMs.find);
      return found ? ok(found) : asked(site, () => keepers.read(site));
    },
    list: async (site, list) => {
      const url = listUrl(site, list);
      const found = await quietly(findList(url), withinMs.list);
      if (found) return ok(found);
      const read = await keepers.list(site, list);
      if (read.ok) await quietly(keepList(url, read.value), withinMs.list);
      return read;
    },
    report: (site, report) => asked(site, () => keepers.report(site, report)),
  };
}

/** Undefined if the cache fails or is slow. */
function quietly<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return endOf<T, T | undefined>(work, ms, {
    arrived: (value) => value,
    failed: () => undefined,
    late: () => undefined,
  });
}
