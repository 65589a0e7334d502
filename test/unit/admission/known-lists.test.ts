// The address lists that an isolate knows: which requests wait for them, what stays in force, and what a site without lists pays.
import { beforeEach, describe, expect, it } from "vitest";
import { knownLists } from "../../../worker/admission/flow/known-lists.ts";
import { type AddressLists, ListShelf } from "../../../worker/admission/list-shelf.ts";
import { latestSnapshot } from "../../../worker/keeping/known-snapshot.ts";
import { type ListWanted, listKey } from "../../../worker/keeping/list-wanted.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";
import type { CompiledSite } from "../../../worker/site.ts";
import { aSite } from "../../support/asked.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const DROP: ListWanted = { name: "drop", url: "https://lists.test/drop", everyMs: 3_600_000 };
const KEY = listKey(DROP);
const withList = (host: string): CompiledSite =>
  aSite({
    hosts: [host],
    lists: { drop: { url: DROP.url } },
    routes: [{ id: "all", access: { deny: { list: "drop" } }, respond: {} }],
  });
const SITE = withList("a.test");

class World {
  now = 1_000_000;
  readonly keepers = new KeepersInProcess(() => this.now);
  readonly lists = new ListShelf();
  readonly snapshots = new SnapshotShelf({ refreshMs: 3_000 });
  readonly warnings: string[] = [];
  /** The timers of requests that wait. */
  readonly timers: (() => void)[] = [];
  #background: Promise<unknown>[] = [];

  get ports() {
    return {
      keepers: this.keepers,
      lists: this.lists,
      metrics: null,
      self: { isolate: "i", place: "FRA" },
      snapshots: this.snapshots,
      now: () => this.now,
      after: (_ms: number, act: () => void) => {
        this.timers.push(act);
        return () => {};
      },
      random: () => 0.5,
      background: (work: Promise<unknown>) => void this.#background.push(work),
      log: { request: () => undefined, warn: (message: string) => void this.warnings.push(message) },
    };
  }

  /** A request of the site: the lists that decide about it. */
  async ask(site = SITE): Promise<AddressLists> {
    const lists = await knownLists(site, latestSnapshot(site.name, this.ports, site), this.ports);
    return lists;
  }

  async settled(): Promise<void> {
    while (this.#background.length > 0) await Promise.all(this.#background.splice(0));
  }

  /** The keeper has read the list, and this isolate was told. */
  async readAndTold(ranges: readonly string[], site = SITE): Promise<void> {
    this.keepers.readList(site.name, "drop", ranges);
    this.now += 10_000;
    latestSnapshot(site.name, this.ports, site);
    await this.settled();
  }
}

let world: World;
beforeEach(async () => {
  world = new World();
});
const denies = (lists: AddressLists) => lists.of(KEY)?.has("10.1.2.3");

describe("the lists that an isolate knows", () => {
  it("are none for a site without lists, and nobody is asked", () => {
    const none = aSite({ routes: [{ id: "all", respond: {} }] });
    const ports = new Proxy({} as World["ports"], {
      get: (_ports, name) => {
        throw new Error(`${String(name)} is used`);
      },
    });
    expect(knownLists(none, undefined, ports)).not.toBeInstanceOf(Promise);
  });

  it("are none before the keeper has read one, and no request waits for that", async () => {
    expect(denies(await world.ask())).toBeUndefined();
    await world.settled();
    const later = knownLists(SITE, latestSnapshot(SITE.name, world.ports, SITE), world.ports);
    expect(later).not.toBeInstanceOf(Promise);
  });

  it("are none without a keeper, which the log tells once for each site", async () => {
    const ports = { ...world.ports, keepers: null };
    for (const site of [SITE, SITE, withList("b.test"), SITE])
      expect(denies(await knownLists(site, undefined, ports))).toBeUndefined();
    expect(world.warnings).toHaveLength(2);
    expect(world.warnings[0]).toMatch(/no keeper is bound/);
  });

  it("are waited for by the first request of an isolate, and by no other", async () => {
    await world.ask();
    await world.settled();
    await world.readAndTold(["10.0.0.0/8"]);
    const other = new World();
    Object.assign(other, { keepers: world.keepers, now: world.now });
    expect(denies(await other.ask())).toBe(true);
    await other.settled();
    const later = knownLists(SITE, latestSnapshot(SITE.name, other.ports, SITE), other.ports);
    expect(later).not.toBeInstanceOf(Promise);
    expect(denies(await later)).toBe(true);
    expect(world.keepers.asked.filter((one) => one.startsWith("list "))).toHaveLength(1);
  });

  it("stay in force until the next version has arrived", async () => {
    await world.ask();
    await world.settled();
    await world.readAndTold(["10.0.0.0/8"]);
    await world.ask();
    await world.settled();
    await world.readAndTold(["192.0.2.0/24"]);
    const during = knownLists(SITE, latestSnapshot(SITE.name, world.ports, SITE), world.ports);
    if (during instanceof Promise) throw new Error("a request waits");
    expect(denies(during)).toBe(true);
    await world.settled();
    expect(denies(await world.ask())).toBe(false);
  });

  it("stay in force while the keeper is down, and are waited for no longer than two seconds", async () => {
    await world.ask();
    await world.settled();
    await world.readAndTold(["10.0.0.0/8"]);
    const snapshot = latestSnapshot(SITE.name, world.ports, SITE);
    const { list } = world.keepers;
    let answer = (): void => {};
    world.keepers.list = (...args) =>
      new Promise((resolve) => {
        answer = () => resolve(list(...args));
      });
    const waiting = knownLists(SITE, snapshot, world.ports);
    expect(waiting).toBeInstanceOf(Promise);
    for (const timer of world.timers) timer();
    expect(denies(await waiting)).toBeUndefined();
    // The others wait for what is left of the time.
    world.now += 2_000;
    expect(knownLists(SITE, snapshot, world.ports)).not.toBeInstanceOf(Promise);
    answer();
    await world.settled();
    world.keepers.isDown = true;
    world.now += 100_000;
    expect(denies(await world.ask())).toBe(true);
  });

  it("are asked for again five seconds after a failure, which the log tells once", async () => {
    await world.ask();
    await world.settled();
    await world.readAndTold(["10.0.0.0/8"]);
    const snapshot = latestSnapshot(SITE.name, world.ports, SITE);
    world.keepers.isDown = true;
    world.keepers.asked.length = 0;
    for (const seconds of [0, 1, 3, 2, 4]) {
      world.now += seconds * 1_000;
      expect(denies(await knownLists(SITE, snapshot, world.ports))).toBeUndefined();
    }
    expect(world.keepers.asked).toEqual([`list a.test ${KEY}`, `list a.test ${KEY}`]);
    expect(world.warnings).toHaveLength(1);
    world.keepers.isDown = false;
    world.now += 5_000;
    expect(denies(await knownLists(SITE, snapshot, world.ports))).toBe(true);
  });

  it("are those of the site and of no other, though two sites read one list", async () => {
    const other = withList("b.test");
    for (const site of [SITE, other]) {
      await world.ask(site);
      await world.settled();
      await world.readAndTold(["10.0.0.0/8"], site);
      expect(denies(await world.ask(site))).toBe(true);
    }
    await world.settled();
    expect(world.keepers.asked.filter((one) => one.startsWith("list "))).toEqual([`list a.test ${KEY}`]);
    const third = withList("c.test");
    expect(denies(await world.ask(third))).toBeUndefined();
  });
});

describe("the shelf of lists", () => {
  it("holds no more than its limit, and then reads again what was dropped", () => {
    const shelf = new ListShelf();
    const words = new Uint32Array(2 + 2 * 500_000); // 4 MB
    words[0] = 500_000;
    const told: Record<string, string> = {};
    for (let at = 0; at < 20; at++) {
      const list = { key: `l${at}~00000000`, digest: String(at).padStart(32, "0") };
      told[list.key] = list.digest;
      shelf.keep("a.test", list, words);
    }
    const missing = shelf.missing("a.test", Object.keys(told), told).map(({ key }) => key);
    expect(missing).toHaveLength(12);
    expect(shelf.of("a.test").of("l0~00000000")).toBeUndefined();
    expect(shelf.of("a.test").of("l19~00000000")).toBeDefined();
  });
});
