// A KV namespace of Cloudflare as a store of sites, in as few calls as its limits allow.
import { setTimeout as pause } from "node:timers/promises";
import { err, ok, type Result } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { Present, SiteStore, StoreEntry, Written } from "../../worker/publishing/site-store.ts";
import type { CloudflareApi } from "./cloudflare-api.ts";

/** The maximum of one bulk read. */
const READ_AT_ONCE = 100;
/** The API allows 1,200 calls in five minutes. */
const READS_IN_PARALLEL = 4;
const LIST_AT_ONCE = 1_000;
/** The maximum is 10,000. With fewer, less is unsure if a call breaks off. */
const WRITE_AT_ONCE = 1_000;
/** The maximum is 100 MB for the whole call. One value has at most 25 MiB, and its quotes are escaped in it. */
const WRITE_BYTES_AT_ONCE = 40_000_000;
/** Keys that Cloudflare did not take are sent again this often. */
const ROUNDS = 3;
/** KV takes one change of a key in a second. */
const BETWEEN_ROUNDS_MS = 1_100;

interface Item {
  readonly key: string;
  readonly json: string;
}

export class CloudflareKv implements SiteStore {
  readonly #api: CloudflareApi;
  readonly #path: string;

  constructor(api: CloudflareApi, accountId: string, namespaceId: string) {
    this.#api = api;
    const [account, namespace] = [accountId, namespaceId].map(encodeURIComponent);
    this.#path = `/accounts/${account}/storage/kv/namespaces/${namespace}`;
  }

  async read(keys: readonly string[]): Promise<Result<Present, string>> {
    const found = new Map<string, string | null>();
    const batches = Array.from({ length: Math.ceil(keys.length / READ_AT_ONCE) }, (_, at) =>
      keys.slice(at * READ_AT_ONCE, (at + 1) * READ_AT_ONCE),
    );
    for (let at = 0; at < batches.length; at += READS_IN_PARALLEL) {
      const reading = batches.slice(at, at + READS_IN_PARALLEL).map((batch) => this.#readBatch(batch));
      for (const read of await Promise.all(reading)) {
        if (!read.ok) return read;
        for (const [key, value] of read.value) found.set(key, value);
      }
    }
    return ok(found);
  }

  async list(): Promise<Result<string[], string>> {
    const names: string[] = [];
    for (let cursor = ""; ; ) {
      const query = new URLSearchParams({ prefix: siteKey(""), limit: String(LIST_AT_ONCE) });
      if (cursor !== "") query.set("cursor", cursor);
      const page = await this.#api.call<{ name: string }[]>("GET", `${this.#path}/keys?${query}`);
      if (!page.ok) return err(page.error.message);
      names.push(...page.value.result.map(({ name }) => name));
      cursor = page.value.result_info?.cursor ?? "";
      if (cursor === "") return ok(names);
    }
  }

  write(entries: readonly StoreEntry[]): Promise<Written> {
    const items = entries.map(({ key, value }) => ({ key, json: JSON.stringify({ key, value }) }));
    return this.#change("PUT", "/bulk", items);
  }

  remove(keys: readonly string[]): Promise<Written> {
    const items = keys.map((key) => ({ key, json: JSON.stringify(key) }));
    return this.#change("POST", "/bulk/delete", items);
  }

  async #readBatch(keys: readonly string[]): Promise<Result<Present, string>> {
    const read = await this.#api.call<{ values: Record<string, string | null> }>(
      "POST",
      `${this.#path}/bulk/get`,
      JSON.stringify({ keys }),
    );
    if (read.ok) {
      const values = new Map(Object.entries(read.value.result.values));
      return ok(new Map(keys.map((key) => [key, values.get(key) ?? null])));
    }
    if (read.error.status !== 413 || keys.length === 1) return err(read.error.message);
    // The values are too large for one answer.
    const middle = Math.ceil(keys.length / 2);
    const first = await this.#readBatch(keys.slice(0, middle));
    if (!first.ok) return first;
    const second = await this.#readBatch(keys.slice(middle));
    return second.ok ? ok(new Map([...first.value, ...second.value])) : second;
  }

  /** Stops at the first failure: what follows may depend on it. */
  async #change(method: string, path: string, items: readonly Item[]): Promise<Written> {
    const done = new Set<string>();
    for (const batch of batchesOf(items)) {
      let left = batch;
      for (let round = 1; left.length > 0; round++) {
        const body = `[${left.map(({ json }) => json).join(",")}]`;
        const answer = await this.#api.call<{ unsuccessful_keys?: string[] } | null>(
          method,
          this.#path + path,
          body,
        );
        const mayHaveHappened = round > 1 || (!answer.ok && answer.error.mayHaveHappened);
        if (!answer.ok) {
          return {
            done,
            unsure: new Set(mayHaveHappened ? keysOf(left) : []),
            failure: answer.error.message,
          };
        }
        const refused = new Set(answer.value.result?.unsuccessful_keys);
        for (const { key } of left) if (!refused.has(key)) done.add(key);
        left = left.filter(({ key }) => refused.has(key));
        if (left.length === 0) break;
        if (round === ROUNDS) {
          const failure = `Cloudflare did not take ${left.length} of ${batch.length} keys, in ${ROUNDS} attempts`;
          return { done, unsure: new Set(keysOf(left)), failure }; // "failed to be fully updated", says the API
        }
        await pause(BETWEEN_ROUNDS_MS);
      }
    }
    return { done, unsure: new Set(), failure: undefined };
  }
}

const keysOf = (items: readonly Item[]): string[] => items.map(({ key }) => key);

function batchesOf(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item.json) + 1;
    const last = batches.at(-1);
    if (last && last.length < WRITE_AT_ONCE && bytes + size <= WRITE_BYTES_AT_ONCE) {
      last.push(item);
      bytes += size;
    } else {
      batches.push([item]);
      bytes = size;
    }
  }
  return batches;
}
