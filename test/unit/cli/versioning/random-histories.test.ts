// Random histories of a site against a naive model, with a store that breaks off at any key: what clients get is always one of
// before and after, all texts that the record names are there, and the same command run again does what is missing.
import { describe, expect, it } from "vitest";
import type { LoadedSite } from "../../../../cli/judge-file.ts";
import { err, ok } from "../../../../shared/result.ts";
import { fingerprintOf } from "../../../../shared/site/fingerprint.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";
import { aborted, promoted, rolledBack, versionBefore } from "../../../../shared/site/record-changes.ts";
import { type SiteRecord, versionKey } from "../../../../shared/site/site-record.ts";
import { VERSIONS_KEPT } from "../../../../shared/site/version-retention.ts";
import { changeVersion, type Decide } from "../../../../worker/publishing/change-version.ts";
import { pushSites } from "../../../../worker/publishing/push-sites.ts";
import type { SiteStore, StoreEntry, Written } from "../../../../worker/publishing/site-store.ts";
import { storedText } from "../../../../worker/publishing/stored-text.ts";

const HISTORIES = 30;
const STEPS = 150;
const DAY_MS = 86_400_000;
const BODIES = Array.from({ length: 60 }, (_, at) => String.fromCodePoint(0x400 + at));

/** Reproducible: the same histories in each run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class BreakingStore implements SiteStore {
  readonly held = new Map<string, string>();
  /** After so many keys it breaks off. */
  budget = Number.POSITIVE_INFINITY;

  async read(keys: readonly string[]) {
    return ok(new Map(keys.map((key) => [key, this.held.get(key) ?? null])));
  }
  async list() {
    return ok([...this.held.keys()].filter((key) => key.startsWith("site:")));
  }
  async write(entries: readonly StoreEntry[]): Promise<Written> {
    return this.#each(entries, ({ key, value }) => this.held.set(key, value));
  }
  async remove(keys: readonly string[]): Promise<Written> {
    const entries = keys.map((key) => ({ key, value: "" }));
    return this.#each(entries, ({ key }) => this.held.delete(key));
  }
  #each(entries: readonly StoreEntry[], act: (entry: StoreEntry) => unknown): Written {
    const done = new Set<string>();
    for (const entry of entries) {
      if (this.budget-- <= 0) return { done, unsure: new Set(), failure: "it broke off" };
      act(entry);
      done.add(entry.key);
    }
    return { done, unsure: new Set(), failure: undefined };
  }
}

async function aSite(body: string): Promise<LoadedSite> {
  // Every third version has a host more.
  const hosts = ["shop.test", "www.test", ...(body.charCodeAt(0) % 3 === 0 ? ["extra.test"] : [])];
  const source = JSON.stringify({ hosts, routes: [{ id: "all", respond: { body } }] });
  const read = readSiteFile(source, "site.json");
  if (!read.ok) throw new Error("no site");
  const { site, json } = read.value;
  const version = await fingerprintOf(json);
  return {
    ...read.value,
    file: "site.json",
    version,
    source,
    stored: await storedText({ site, json, version }),
  };
}
const sites = new Map(await Promise.all(BODIES.map(async (body) => [body, await aSite(body)] as const)));
const versionOf = (body: string): string => sites.get(body)?.version ?? "";

/** What clients get, and what was live before: the whole truth about a site, without its texts. */
interface Model {
  readonly live: string;
  readonly next: string | undefined;
  readonly before: readonly string[];
}

type Act =
  | { readonly kind: "push" | "share" | "back to"; readonly body: string }
  | { readonly kind: "promote" | "abort" | "back" };

function expected(model: Model | undefined, act: Act): Model | undefined {
  if (!model)
    return act.kind === "push" ? { live: versionOf(act.body), next: undefined, before: [] } : undefined;
  const { live, next, before } = model;
  const over = (version: string): Model => ({
    live: version,
    next: undefined,
    before: [live, ...before].filter((each) => each !== version),
  });
  switch (act.kind) {
    case "push":
      return over(versionOf(act.body));
    case "share":
      return versionOf(act.body) === live ? model : { ...model, next: versionOf(act.body) };
    case "promote":
      return next === undefined ? model : over(next);
    case "abort":
      return { ...model, next: undefined };
    case "back": {
      const [version, ...rest] = before;
      return version === undefined ? model : { live: version, next: undefined, before: rest };
    }
    case "back to": {
      const version = versionOf(act.body);
      const at = before.indexOf(version);
      return at === -1 ? over(version) : { live: version, next: undefined, before: before.slice(at + 1) };
    }
  }
}

const decides: Readonly<Record<"promote" | "abort" | "back", Decide>> = {
  promote: (record) =>
    record.next
      ? ok({ version: record.next.version, after: (hosts) => promoted(record, hosts) })
      : err("no rollout"),
  abort: (record) => ok({ version: record.live, after: (hosts) => aborted(record, hosts) }),
  back: (record) => {
    const version = versionBefore(record);
    return version.ok
      ? ok({
          version: version.value,
          after: (hosts) => rolledBack(record, { version: version.value, hosts }),
        })
      : version;
  },
};

/** Whether it went through. */
async function run(store: SiteStore, act: Act, now: string): Promise<boolean> {
  if (act.kind === "push" || act.kind === "share") {
    const site = sites.get(act.body);
    const wishes = {
      takeHosts: [],
      removeHosts: [],
      prune: false,
      share: act.kind === "share" ? 0.1 : undefined,
    };
    const pushed = await pushSites(site ? [site] : [], store, wishes, { now, salt: "salt" });
    return pushed.ok && pushed.value.written.failure === undefined;
  }
  const to =
    (version: string): Decide =>
    (record) =>
      ok({ version, after: (hosts) => rolledBack(record, { version, hosts }) });
  const decide = act.kind === "back to" ? to(versionOf(act.body)) : decides[act.kind];
  const changed = await changeVersion(store, "shop.test", decide);
  return changed.ok && changed.value.written.failure === undefined;
}

const recordIn = ({ held }: BreakingStore): SiteRecord | undefined => {
  const text = held.get("site:shop.test");
  return text === undefined ? undefined : JSON.parse(text);
};
const modelOf = (record: SiteRecord | undefined): Model | undefined =>
  record && { live: record.live, next: record.next?.version, before: record.before };

describe("a random history", { timeout: 60_000 }, () => {
  it.each(Array.from({ length: HISTORIES }, (_, at) => at + 1))(
    "is as the model has it: %i",
    async (seed) => {
      const random = randomFrom(seed);
      const store = new BreakingStore();
      let model: Model | undefined;
      for (let step = 0; step < STEPS; step++) {
        const now = new Date(Date.UTC(2026, 0, 1) + step * DAY_MS * 0.3).toISOString();
        const act = anAct(random, recordIn(store));
        const isPush = act.kind === "push" || act.kind === "share";
        if (!recordIn(store)?.hosts.includes("extra.test")) store.held.delete("site:extra.test"); // as --prune does
        store.budget = random(3) === 0 ? random(6) : Number.POSITIVE_INFINITY;

        const isDone = await run(store, act, now);
        const after = bounded(expected(model, act), store);
        const there = modelOf(recordIn(store));
        // The record is the last key of a change, and so what it brings back has its pointer by then.
        expect(isDone ? [after] : isPush ? [after, model] : [model]).toContainEqual(there);
        sound(store);
        if (isDone) pointersAreThere(store);

        if (!isDone) {
          store.budget = Number.POSITIVE_INFINITY;
          await run(store, act, now);
          expect(modelOf(recordIn(store))).toEqual(bounded(expected(model, act), store));
          sound(store);
        }
        model = modelOf(recordIn(store));
      }
    },
  );
});

function pointersAreThere(store: BreakingStore): void {
  const hosts = recordIn(store)?.hosts ?? [];
  expect(hosts.filter((host) => !store.held.has(`site:${host}`))).toEqual([]);
}

/** Versions that are kept no more are no longer before anything. */
function bounded(model: Model | undefined, store: BreakingStore): Model | undefined {
  const kept = new Set(recordIn(store)?.kept.map(({ version }) => version));
  return model && { ...model, before: model.before.filter((version) => kept.has(version)) };
}

function anAct(random: (below: number) => number, record: SiteRecord | undefined): Act {
  const body = BODIES[random(BODIES.length)] ?? "a";
  const kinds = ["push", "push", "share", "promote", "abort", "back", "back to"] as const;
  const kind = kinds[random(kinds.length)] ?? "push";
  if (kind !== "back to") return kind === "push" || kind === "share" ? { kind, body } : { kind };
  const known = BODIES.filter((each) => record?.kept.some(({ version }) => version === versionOf(each)));
  const named = known[random(Math.max(known.length, 1))];
  return named === undefined ? { kind: "push", body } : { kind, body: named };
}

/** The edge can serve what the record names, and what can be rolled back to is there. */
function sound(store: BreakingStore): void {
  const record = recordIn(store);
  if (!record) return;
  const { live, next, kept, before, hosts, retired } = record;
  const versions = [live, ...(next ? [next.version] : []), ...before];
  for (const version of versions) expect(kept.map((one) => one.version)).toContain(version);
  for (const { version } of kept) expect(store.held.has(versionKey("shop.test", version))).toBe(true);
  expect(new Set(versions).size).toBe(versions.length - (next && before.includes(next.version) ? 1 : 0));
  expect(kept.length).toBeLessThanOrEqual(VERSIONS_KEPT + 3);
  expect(retired.length).toBeLessThan(60);
  for (const key of [...store.held.keys()].filter(
    (each) => each.startsWith("site:") && each !== "site:shop.test",
  )) {
    expect(store.held.get(key)).toBe('{"sameAs":"shop.test"}');
  }
  expect(hosts).toContain("www.test");
}
