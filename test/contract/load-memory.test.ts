// What the memory of the load promises to algorithms and limits.
import { beforeEach, describe, expect, it } from "vitest";
import { isolateLoad } from "../../worker/adapters/isolate-load.ts";
import type { LoadMemory } from "../../worker/balancing/load/load-memory.ts";
import { PLACE_RUNS_OUT_MS } from "../../worker/balancing/load/places.ts";

describe("the memory of the load", () => {
  let now = 0;
  let load: LoadMemory;
  beforeEach(() => {
    now = 1_000_000;
    load = isolateLoad({ now: () => now });
  });

  const begin = (loadKey: string) => load.begin({ key: "pool" }, { loadKey });

  it("counts the attempts under way, for each origin", () => {
    const places = [begin("a"), begin("a"), begin("b")];
    expect([load.inFlight("a"), load.inFlight("b"), load.inFlight("c")]).toEqual([2, 1, 0]);
    places[0]?.giveBack();
    expect([load.inFlight("a"), load.inFlight("b")]).toEqual([1, 1]);
    expect(load.ofPool({ key: "pool" }).places.held(now)).toBe(2);
    expect(load.ofPool({ key: "other" }).places.held(now)).toBe(0);
  });

  it("takes a place back once, however often it is told", () => {
    const [first] = [begin("a"), begin("a")];
    first?.giveBack();
    first?.giveBack();
    expect(load.inFlight("a")).toBe(1);
  });

  it("takes no place again for an attempt that has ended", () => {
    const place = begin("a");
    place.giveBack();
    place.renew();
    expect(load.inFlight("a")).toBe(0);
  });

  it("lets a place run out that its holder no longer renews", () => {
    const [kept] = [begin("a"), begin("a")];
    now += PLACE_RUNS_OUT_MS - 1;
    expect(load.inFlight("a")).toBe(2);
    kept?.renew();
    now += 1;
    expect(load.inFlight("a")).toBe(1);
    now += PLACE_RUNS_OUT_MS;
    expect(load.inFlight("a")).toBe(0);
  });

  it("knows no latency before the first answer", () => {
    begin("a");
    expect(load.latency("a")).toBeUndefined();
    load.answered("a", 20);
    expect(load.latency("a")).toBe(20);
    expect(load.latency("b")).toBeUndefined();
  });

  it("is bounded: it forgets the origin that it has known for longest", () => {
    for (let n = 0; n < 10_001; n++) load.answered(`origin ${n}`, 5);
    expect([load.latency("origin 0"), load.latency("origin 1")]).toEqual([undefined, 5]);
  });

  it("has the true number after any history", () => {
    const held: { key: string; giveBack: () => void }[] = [];
    let seed = 7;
    const dice = (sides: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * sides);
    };
    for (let step = 0; step < 5_000; step++) {
      now += dice(5);
      const key = `origin ${dice(3)}`;
      if (dice(2) === 0) {
        held.push({ key, giveBack: begin(key).giveBack });
      } else if (held.length > 0) {
        held.splice(dice(held.length), 1)[0]?.giveBack();
      }
      expect(load.inFlight(key)).toBe(held.filter((each) => each.key === key).length);
    }
    for (const each of held) each.giveBack();
    expect([0, 1, 2].map((n) => load.inFlight(`origin ${n}`))).toEqual([0, 0, 0]);
  });
});
