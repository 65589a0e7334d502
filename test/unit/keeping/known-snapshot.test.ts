// What requests of one isolate learn from a keeper, when they wait for it, and what the keeper is told.
import { beforeEach, describe, expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { Counters } from "../../../worker/keeping/counters.ts";
import type { Command } from "../../../worker/keeping/keeper-state.ts";
import { type KnowPorts, knownSnapshot, latestSnapshot } from "../../../worker/keeping/known-snapshot.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../../../worker/keeping/snapshot.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";
import type { Keepers } from "../../../worker/ports.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const SITE = "shop.test";
const KILL: Command = { kind: "switch", name: "kill", on: true };
const MADE_AT = 1_000_000;

class World {
  now = MADE_AT;
  readonly keepers = new KeepersInProcess(() => this.now);
  metrics: Counters | null = null;
  readonly warnings: [string, Record<string, unknown>][] = [];
  readonly timers = new Map<number, () => void>();
  readonly #background: Promise<unknown>[] = [];

  ports(keepers: Keepers | null = this.keepers): KnowPorts {
    return {
      keepers,
      metrics: this.metrics,
      self: { isolate: "i1", place: "FRA" },
      snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
      now: () => this.now,
      after: (ms, act) => {
        this.timers.set(ms, act);
        return () => this.timers.delete(ms);
      },
      random: () => 0.5,
      background: (work) => void this.#background.push(work),
      log: { request: () => {}, warn: (...warning) => void this.warnings.push(warning) },
    };
  }

  /** Everything in the background is done. */
  async settled(): Promise<void> {
    for (let work = this.#background.pop(); work; work = this.#background.pop()) await work;
  }

  async readingsOf(act: () => unknown): Promise<string[]> {
    this.keepers.asked.length = 0;
    await act();
    await this.settled();
    return this.keepers.asked.splice(0);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

const revisionOf = (snapshot: Snapshot | undefined) => snapshot?.revision;

describe("without a keeper", () => {
  it("nothing is shared, nobody is asked and no clock is read", () => {
    const none = new Proxy({ keepers: null } as unknown as KnowPorts, {
      get: (ports, name) => {
        if (name !== "keepers") throw new Error(`${String(name)} is used`);
        return Reflect.get(ports, name);
      },
    });
    expect(knownSnapshot(SITE, none)).toBe(EMPTY_SNAPSHOT);
    expect(latestSnapshot(SITE, none)).toBe(EMPTY_SNAPSHOT);
  });
});

describe("the first request of an isolate", () => {
  it("waits for the snapshot", async () => {
    expect(revisionOf(await knownSnapshot(SITE, world.ports()))).toBe(MADE_AT);
    expect(world.timers.size).toBe(0);
  });

  it("does not wait where no look-up is made, but has it read", async () => {
    const ports = world.ports();
    expect(latestSnapshot(SITE, ports)).toBeUndefined();
    await world.settled();
    expect(revisionOf(latestSnapshot(SITE, ports))).toBe(MADE_AT);
  });

  it("has the keeper asked once, however many requests come with it", async () => {
    const ports = world.ports();
    const asked = await world.readingsOf(async () => {
      const known = await Promise.all([1, 2, 3].map(() => knownSnapshot(SITE, ports)));
      expect(known.map(revisionOf)).toEqual([MADE_AT, MADE_AT, MADE_AT]);
    });
    expect(asked).toEqual([`read ${SITE}`, `report ${SITE} ${MADE_AT}`]);
  });

  it("waits 300 ms for a keeper that hangs, and the next ones not at all", async () => {
    const ports = world.ports({ ...world.keepers, read: () => new Promise(() => {}) });
    const first = knownSnapshot(SITE, ports);
    world.now += 100;
    const second = knownSnapshot(SITE, ports);
    expect([...world.timers.keys()]).toEqual([300, 200]);
    for (const fire of world.timers.values()) fire();
    expect([await first, await second]).toEqual([undefined, undefined]);
    world.now += 200;
    expect(knownSnapshot(SITE, ports)).toBeUndefined();
  });

  it("learns at once that the keeper is down, and the next ones do not wait", async () => {
    const ports = world.ports();
    world.keepers.isDown = true;
    expect(await knownSnapshot(SITE, ports)).toBeUndefined();
    await world.settled();
    expect(knownSnapshot(SITE, ports)).toBeUndefined();
    world.now += 1_000;
    expect(knownSnapshot(SITE, ports)).toBeUndefined();
  });
});

describe("with traffic", () => {
  it("a hit awaits nothing, and a change is known with the next reading", async () => {
    const ports = world.ports();
    await knownSnapshot(SITE, ports);
    await world.settled();
    await world.keepers.apply(SITE, KILL);
    world.now += 2_999;
    expect(revisionOf(knownSnapshot(SITE, ports) as Snapshot)).toBe(MADE_AT);
    world.now += 1;
    expect(revisionOf(knownSnapshot(SITE, ports) as Snapshot)).toBe(MADE_AT);
    await world.settled();
    expect((knownSnapshot(SITE, ports) as Snapshot).switches.kill).toBe(true);
  });

  it("the keeper is asked every few seconds, and told every ten", async () => {
    const ports = world.ports();
    await world.readingsOf(() => knownSnapshot(SITE, ports));
    const asked = await world.readingsOf(async () => {
      for (let count = 0; count < 20; count++) {
        world.now += 600;
        latestSnapshot(SITE, ports);
        await world.settled();
      }
    });
    const read = `read ${SITE}`;
    expect(asked).toEqual([read, read, read, `report ${SITE} ${MADE_AT}`]);
  });

  it("the keeper learns at once that a change has been applied", async () => {
    const ports = world.ports();
    await world.readingsOf(() => knownSnapshot(SITE, ports));
    await world.keepers.apply(SITE, KILL);
    world.now += 3_000;
    const asked = await world.readingsOf(() => latestSnapshot(SITE, ports));
    expect(asked).toEqual([`read ${SITE}`, `report ${SITE} ${MADE_AT + 1}`]);
    world.now += 15_000;
    expect(await world.keepers.receipt(SITE, MADE_AT + 1)).toMatchObject({
      value: { isComplete: true, places: [{ place: "FRA", confirmedAt: MADE_AT + 3_000 }] },
    });
  });

  it("a report that brings a change is followed by one that confirms it", async () => {
    const ports = world.ports();
    await world.readingsOf(() => knownSnapshot(SITE, ports));
    for (let count = 0; count < 3; count++) {
      world.now += 3_000;
      await world.readingsOf(() => latestSnapshot(SITE, ports));
    }
    world.now += 3_000;
    await world.keepers.apply(SITE, KILL);
    const asked = await world.readingsOf(() => knownSnapshot(SITE, ports));
    expect(asked).toEqual([`report ${SITE} ${MADE_AT}`, `report ${SITE} ${MADE_AT + 1}`]);
  });

  it("a keeper that was made anew is believed", async () => {
    const ports = world.ports();
    await world.keepers.apply(SITE, KILL);
    await knownSnapshot(SITE, ports);
    await world.settled();
    world.keepers.lose(SITE);
    world.now += 3_000;
    latestSnapshot(SITE, ports);
    await world.settled();
    const snapshot = latestSnapshot(SITE, ports);
    expect([snapshot?.revision, snapshot?.switches.kill]).toEqual([MADE_AT + 3_000, false]);
  });
});

describe("after a pause", () => {
  it("a request waits for what has changed meanwhile", async () => {
    const ports = world.ports();
    await knownSnapshot(SITE, ports);
    await world.settled();
    await world.keepers.apply(SITE, KILL);
    world.now += 10_000;
    const asked = await world.readingsOf(async () => {
      expect((await knownSnapshot(SITE, ports))?.switches.kill).toBe(true);
    });
    // What is nearest is asked first.
    expect(asked).toEqual([`read ${SITE}`, `report ${SITE} ${MADE_AT + 1}`]);
  });

  it("the last snapshot stays if the keeper is down", async () => {
    const ports = world.ports();
    await knownSnapshot(SITE, ports);
    await world.settled();
    world.keepers.isDown = true;
    world.now += 10_000;
    expect(revisionOf(await knownSnapshot(SITE, ports))).toBe(MADE_AT);
    await world.settled();
    expect(revisionOf(knownSnapshot(SITE, ports) as Snapshot)).toBe(MADE_AT);
  });
});

describe("a keeper that fails", () => {
  it("is told to the operator once, until it has answered again", async () => {
    const ports = world.ports();
    const pass = async (isDown: boolean) => {
      world.keepers.isDown = isDown;
      world.now += 5_000;
      latestSnapshot(SITE, ports);
      await world.settled();
    };
    for (const isDown of [false, true, true, true, false, true]) await pass(isDown);
    const message = "the keeper could not be asked; what is known of it stays in force";
    const warning = [message, { site: SITE, error: "the keeper is down" }];
    expect(world.warnings).toEqual([warning, warning]);
  });

  it("when it is told something changes nothing, and is told it again with the next reading", async () => {
    let isTold = false;
    const deaf: Keepers["report"] = async (site, report) =>
      isTold ? world.keepers.report(site, report) : err({ reason: "keeper-unavailable", message: "deaf" });
    const ports = world.ports({ ...world.keepers, report: deaf });
    expect(revisionOf(await knownSnapshot(SITE, ports))).toBe(MADE_AT);
    await world.settled();
    isTold = true;
    world.now += 3_000;
    expect(await world.readingsOf(() => latestSnapshot(SITE, ports))).toEqual([`report ${SITE} ${MADE_AT}`]);
  });
});

describe("what was counted", () => {
  const aRequest = { site: SITE, route: "a", status: 200, refusal: null, cache: "hit", origin: null, ms: 1 };
  const counted = async () => {
    const tally = await world.keepers.tally(SITE, 0);
    return tally.ok ? tally.value.totals.requests : tally.error;
  };

  it("is told with the next report, once", async () => {
    world.metrics = new Counters();
    const ports = world.ports();
    world.metrics.request(aRequest);
    await knownSnapshot(SITE, ports);
    await world.settled();
    expect(await counted()).toEqual({ "a hit 2xx": 1 });
    world.metrics.request(aRequest);
    world.metrics.request({ ...aRequest, site: "other.test" });
    world.now += 5_000; // a reading, and no report
    latestSnapshot(SITE, ports);
    await world.settled();
    expect(await counted()).toEqual({ "a hit 2xx": 1 });
    world.now += 10_000;
    latestSnapshot(SITE, ports);
    await world.settled();
    expect(await counted()).toEqual({ "a hit 2xx": 2 });
  });

  it("is kept for the next report if the keeper is down", async () => {
    world.metrics = new Counters();
    const ports = world.ports();
    await knownSnapshot(SITE, ports);
    await world.settled();
    for (const isDown of [true, true, false]) {
      world.metrics.request(aRequest);
      world.keepers.isDown = isDown;
      world.now += 12_000;
      latestSnapshot(SITE, ports);
      await world.settled();
    }
    expect(await counted()).toEqual({ "a hit 2xx": 3 });
  });
});

it("an older snapshot of the data centre's cache does not replace a newer one", async () => {
  const stale = { ...EMPTY_SNAPSHOT, revision: MADE_AT - 1 };
  let read: Keepers["read"] = world.keepers.read;
  const ports = world.ports({ ...world.keepers, read: (site) => read(site) });
  await knownSnapshot(SITE, ports);
  await world.settled();
  read = async () => ok(stale);
  world.now += 3_000;
  latestSnapshot(SITE, ports);
  await world.settled();
  expect(revisionOf(latestSnapshot(SITE, ports))).toBe(MADE_AT);
});
