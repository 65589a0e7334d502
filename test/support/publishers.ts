// Publishers of sites, over a store in memory that compares before it changes.
import { ok } from "../../shared/result.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { removeHost, rollback } from "../../worker/admin/versions.ts";
import type { Ports } from "../../worker/isolate.ts";
import { checkFile } from "../../worker/publishing/check-file.ts";
import { pushSites, type Wishes } from "../../worker/publishing/push-sites.ts";
import type { Present, SiteStore, Written } from "../../worker/publishing/site-store.ts";
import { recordIn } from "../../worker/publishing/what-is-stored.ts";

export const MEANWHILE = "somebody else was there";

/** As the folder of `headgate serve --state` compares. */
class ComparingStore implements SiteStore {
  readonly held = new Map<string, string>();
  /** The other publisher: done once, after so many readings. */
  #other: { readings: number; readonly act: () => Promise<unknown> } | undefined;

  #afterWriting: (() => Promise<unknown>) | undefined;

  meanwhile(act: () => Promise<unknown>, readings = 1): void {
    this.#other = { readings, act };
  }

  async read(keys: readonly string[]) {
    const read = new Map(keys.map((key) => [key, this.held.get(key) ?? null]));
    const other = this.#other;
    if (other && --other.readings === 0) {
      this.#other = undefined;
      await other.act();
    }
    return ok(read);
  }

  /** Done once, after the next writing. */
  afterWriting(act: () => Promise<unknown>): void {
    this.#afterWriting = act;
  }

  async list() {
    return ok([...this.held.keys()].filter((key) => key.startsWith(siteKey(""))));
  }

  async write(entries: readonly { key: string; value: string }[], seen?: Present) {
    const written = this.#change(
      entries.map(({ key }) => key),
      seen,
      () => {
        for (const { key, value } of entries) this.held.set(key, value);
      },
    );
    const act = this.#afterWriting;
    this.#afterWriting = undefined;
    await act?.();
    return written;
  }

  async remove(keys: readonly string[], seen?: Present) {
    return this.#change(keys, seen, () => {
      for (const key of keys) this.held.delete(key);
    });
  }

  #change(keys: readonly string[], seen: Present = new Map(), act: () => void): Written {
    const isSeen = [...seen].every(([key, value]) => (this.held.get(key) ?? null) === value);
    if (!isSeen) return { done: new Set(), unsure: new Set(), failure: MEANWHILE, isOvertaken: true };
    act();
    return { done: new Set(keys), unsure: new Set(), failure: undefined };
  }
}

export const NOW = Date.parse("2026-11-28T16:00:00.000Z");
export const DAY_MS = 86_400_000;

/** They publish into one store. */
export class Publishers {
  readonly store = new ComparingStore();
  readonly #ports = {
    siteStore: {
      read: (keys) => this.store.read(keys),
      list: () => this.store.list(),
      write: (entries, seen) => this.store.write(entries, seen),
      remove: (keys, seen) => this.store.remove(keys, seen),
    } satisfies SiteStore,
    now: () => NOW,
    newId: () => "0123456789abcdef",
    log: { warn: () => {} },
  } as unknown as Ports;

  /** Its version. */
  async push(body: string, hosts: readonly string[], wishes: Partial<Wishes> = {}, now = NOW) {
    const file = { hosts, routes: [{ id: "all", respond: { body } }] };
    const checked = await checkFile(file, undefined, now);
    if (!checked.ok) throw new Error(JSON.stringify(checked.error));
    const all = { takeHosts: [], removeHosts: [], prune: false, ...wishes };
    const moment = { now: new Date(now).toISOString(), salt: "0123456789abcdef" };
    const pushed = await pushSites([checked.value], this.store, all, moment);
    if (!pushed.ok) throw new Error(pushed.error);
    return { version: checked.value.version, ...pushed.value };
  }

  rollback = (site: string) => rollback({ params: { site }, query: {}, body: {} }, this.#ports);

  remove = (host: string) => removeHost({ params: { host }, query: {}, body: undefined }, this.#ports);

  live(site: string): string | undefined {
    const record = recordIn(this.store.held.get(siteKey(site)) ?? "");
    return record && this.store.held.has(versionKey(site, record.live)) ? record.live : undefined;
  }
}
