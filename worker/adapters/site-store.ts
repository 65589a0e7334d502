// The store of sites as the admin API writes it: Workers KV, or the folder of `headgate serve --state`, which is written by the
// state process alone.
import { err, ok, type Result } from "../../shared/result.ts";
import { isPossibleKey, siteKey } from "../../shared/site/stored.ts";
import type { Present, SiteStore, Written } from "../publishing/site-store.ts";
import { type FilesAsked, keysInFolder, MAX_FILE_NAME_BYTES, readWritten } from "./site-files.ts";

/** KV's own minimum. A record that was written in another data centre may be unseen for so long. */
const CACHE_TTL_SECONDS = 30;

/** Workers KV cannot compare before it writes: of two publishers at the same moment, the last one wins. */
export function kvSiteStore(kv: KVNamespace): SiteStore {
  return {
    read: (keys) => readAll(keys, (key) => kv.get(key, { cacheTtl: CACHE_TTL_SECONDS })),
    list: () => sentenceOf(() => keysIn(kv)),
    write: (entries) =>
      eachOf(
        entries.map(({ key }) => key),
        (_key, at) => kv.put(entries[at]?.key ?? "", entries[at]?.value ?? ""),
      ),
    remove: (keys) => eachOf(keys, (key) => kv.delete(key)),
  };
}

/** Reads the folder itself, so that sites can be read without the state process. `state` compares, and then writes in one go. */
export function folderSiteStore(kv: KVNamespace, folder: Fetcher, state: Fetcher): SiteStore {
  return {
    maxKeyBytes: MAX_FILE_NAME_BYTES,
    read: (keys) => readAll(keys, (key) => kv.get(key)),
    list: () => sentenceOf(() => keysInFolder(folder)),
    write: (entries, seen = new Map()) => tell(state, { entries, seen: [...seen], remove: [] }),
    remove: (keys, seen = new Map()) => tell(state, { entries: [], seen: [...seen], remove: keys }),
  };
}

const readAll = (
  keys: readonly string[],
  get: (key: string) => Promise<string | null>,
): Promise<Result<Present, string>> =>
  sentenceOf(
    async () =>
      new Map(
        await Promise.all(
          keys.map(async (key) => [key, isPossibleKey(key) ? await get(key) : null] as const),
        ),
      ),
  );

async function sentenceOf<T>(work: () => Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(`the store of the sites failed: ${String(error)}`);
  }
}

async function keysIn(kv: KVNamespace): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const listed: KVNamespaceListResult<unknown> = await kv.list({ prefix: siteKey(""), cursor });
    found.push(...listed.keys.map(({ name }) => name));
    cursor = listed.list_complete ? null : listed.cursor;
  } while (cursor !== null);
  return found;
}

async function eachOf(
  keys: readonly string[],
  act: (key: string, at: number) => Promise<void>,
): Promise<Written> {
  const outcomes = await Promise.allSettled(keys.map(act));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  const keysThat = (status: string) => new Set(keys.filter((_, at) => outcomes[at]?.status === status));
  return {
    done: keysThat("fulfilled"),
    unsure: keysThat("rejected"),
    failure: failed && `the store of the sites failed: ${String(failed.reason)}`,
  };
}

/** Without an answer it may have been done. */
async function tell(state: Fetcher, asked: FilesAsked): Promise<Written> {
  const keys = [...asked.entries.map(({ key }) => key), ...asked.remove];
  const failed = (failure: string): Written => ({ done: new Set(), unsure: new Set(keys), failure });
  try {
    const answer = await state.fetch("http://state/sites", { method: "POST", body: JSON.stringify(asked) });
    const text = await answer.text();
    const written = answer.status === 200 ? readWritten(text) : undefined;
    return written ?? failed(`the state process answered ${answer.status}: ${text.slice(0, 200)}`);
  } catch (error) {
    return failed(`the state process did not answer: ${String(error)}`);
  }
}
