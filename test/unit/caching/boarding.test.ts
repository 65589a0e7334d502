import { describe, expect, it } from "vitest";
import { Flights, type Landing } from "../../../worker/caching/flights.ts";
import { board, landingOf, leadInBackground } from "../../../worker/caching/flow/boarding.ts";
import { HitForMiss } from "../../../worker/caching/hit-for-miss.ts";
import { PurgeMemory } from "../../../worker/caching/purge-memory.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";
import { NOW } from "./an-entry.ts";

const KEY = "a.test#a.test/page#@all~1";

const NO_KEEPER = {
  keepers: null,
  metrics: null,
  snapshots: new SnapshotShelf({ refreshMs: 3_000 }),
  self: { isolate: "test", place: "here" },
  after: () => () => {},
  random: () => 0,
  background: () => {},
  log: { request: () => undefined, warn: () => {} },
};

function anIsolate() {
  const clock = { now: NOW };
  const ports = {
    flights: new Flights(),
    hitForMiss: new HitForMiss(),
    purgeMemory: new PurgeMemory(),
    now: () => clock.now,
    ...NO_KEEPER,
  };
  /** Takes the lead, and lands. */
  const land = (...landings: Landing[]) => {
    const boarding = board(KEY, {}, ports);
    if (boarding.kind !== "lead") throw new Error(`it does not lead: ${boarding.kind}`);
    for (const landing of landings) boarding.land(landing);
  };
  return { clock, ports, land };
}

describe("what was not shareable", () => {
  it("is waited for by nobody for a minute, in the foreground", () => {
    const { clock, ports, land } = anIsolate();
    land({ kind: "not-shared" });
    clock.now += 59_999;
    expect(board(KEY, {}, ports)).toEqual({ kind: "not-shared" });
    clock.now += 1;
    expect(board(KEY, {}, ports).kind).toBe("lead");
  });

  it("is told from what forbids storing", () => {
    const { ports, land } = anIsolate();
    land({ kind: "not-shared", isUnstorable: true });
    expect(board(KEY, {}, ports)).toEqual({ kind: "not-shared", isUnstorable: true });
  });

  it("counts from when that is known, not from when it was asked for", () => {
    const { clock, ports } = anIsolate();
    const boarding = board(KEY, {}, ports);
    clock.now += 30_000;
    if (boarding.kind === "lead") boarding.land({ kind: "not-shared" });
    clock.now += 59_999;
    expect(board(KEY, {}, ports).kind).toBe("not-shared");
  });

  it("may still be fetched in the background, which tells it too", () => {
    const { ports, land } = anIsolate();
    land({ kind: "not-shared" });
    expect(leadInBackground(KEY, ports)).toBeDefined();
    const other = anIsolate();
    leadInBackground(KEY, other.ports)?.({ kind: "not-shared" });
    expect(board(KEY, {}, other.ports).kind).toBe("not-shared");
  });

  it("is told by the first landing only: a later one has no effect", () => {
    const { ports, land } = anIsolate();
    land({ kind: "failed" }, { kind: "not-shared" });
    expect(board(KEY, {}, ports).kind).toBe("lead");
  });

  it("is not what failed, or what the store has", () => {
    const { ports, land } = anIsolate();
    land({ kind: "failed" });
    land({ kind: "stored" });
    expect(board(KEY, {}, ports).kind).toBe("lead");
  });
});

describe("a wait", () => {
  function aTimer() {
    const timer = { ms: 0, isOff: false, fire: () => {} };
    const after = (ms: number, act: () => void) => {
      Object.assign(timer, { ms, fire: act });
      return () => {
        timer.isOff = true;
      };
    };
    return { timer, after };
  }

  it("ends with what lands, and calls its timer off", async () => {
    const { timer, after } = aTimer();
    expect(await landingOf(Promise.resolve({ kind: "stored" }), { after })).toEqual({ kind: "stored" });
    expect(timer.isOff).toBe(true);
  });

  it("ends after five seconds if nothing lands", async () => {
    const { timer, after } = aTimer();
    const landing = landingOf(new Promise(() => {}), { after });
    expect(timer.ms).toBe(5_000);
    timer.fire();
    expect(await landing).toEqual({ kind: "late" });
  });
});
