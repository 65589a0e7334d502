// What a command makes of a keeper's state, and with which revision.
import { describe, expect, it } from "vitest";
import {
  applyCommand,
  type Command,
  type KeeperState,
  newKeeperState,
  readKeeperState,
  snapshotOfState,
} from "../../../worker/keeping/keeper-state.ts";
import { NO_LISTS_TOLD } from "../../../worker/keeping/lists-told.ts";
import { NO_ORIGINS_TOLD } from "../../../worker/keeping/origins-told.ts";
import { NO_PURGES } from "../../../worker/keeping/purge-marks.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";

const MADE_AT = 1_764_345_600_000;
const NEW = newKeeperState(MADE_AT);
const KILL: Command = { kind: "switch", name: "kill", on: true };
const LIVE: Command = { kind: "switch", name: "kill", on: false };

function stateAfter(state: KeeperState, ...commands: Command[]): KeeperState {
  return commands.reduce((before, command, index) => {
    const applied = applyCommand(before, command, MADE_AT + 1_000 * (index + 1));
    if (!applied.ok) throw new Error(applied.error.reason);
    return applied.value.state;
  }, state);
}

describe("the revision", () => {
  it("begins at the time at which the keeper is made, above that of any keeper before it", () => {
    const lost = stateAfter(NEW, KILL, LIVE, KILL);
    expect(NEW.revision).toBe(MADE_AT);
    expect(newKeeperState(MADE_AT + 60_000).revision).toBeGreaterThan(lost.revision);
    expect(NEW.revision).toBeGreaterThan(EMPTY_SNAPSHOT.revision);
  });

  it("grows by one with each command that changes anything, and tells when", () => {
    expect(stateAfter(NEW, KILL)).toMatchObject({ revision: MADE_AT + 1, changedAt: MADE_AT + 1_000 });
    expect(stateAfter(NEW, KILL, LIVE)).toMatchObject({ revision: MADE_AT + 2, changedAt: MADE_AT + 2_000 });
  });

  it("stays if a command changes nothing", () => {
    expect(stateAfter(NEW, LIVE)).toBe(NEW);
    const killed = stateAfter(NEW, KILL);
    expect(stateAfter(killed, KILL)).toBe(killed);
  });
});

it("a command of a kind that is not known is refused", () => {
  expect(applyCommand(NEW, { kind: "dance" } as unknown as Command, MADE_AT)).toEqual({
    ok: false,
    error: { reason: "unknown-command" },
  });
});

it("an objection of a command is the answer", () => {
  const odd = { kind: "switch", name: "light", on: true } as unknown as Command;
  expect(applyCommand(NEW, odd, MADE_AT)).toEqual({ ok: false, error: { reason: "unknown-switch" } });
});

describe("a purge", () => {
  const PURGE: Command = { kind: "purge", what: { by: "tag", tag: "news" }, mode: "soft", overMs: 0 };

  it("is in force from the revision that it makes", () => {
    const { revision, purges } = stateAfter(NEW, KILL, PURGE);
    expect(revision).toBe(MADE_AT + 2);
    expect(purges.exact["t:news"]).toEqual({ soft: MADE_AT + 2 });
    expect(purges.newest).toBe(MADE_AT + 2);
  });

  it("makes another revision each time, because responses were stored in between", () => {
    expect(stateAfter(NEW, PURGE, PURGE).purges.exact["t:news"]).toEqual({ soft: MADE_AT + 2 });
  });

  it("of everything comes first: a keeper that is made anew does not know what was purged before", () => {
    expect(NEW.purges.exact).toEqual({ a: { hard: MADE_AT } });
  });
});

it("isolates are told the revision, the purges, the switches and the origins that are not plainly good", () => {
  expect(snapshotOfState(stateAfter(NEW, KILL))).toEqual({
    revision: MADE_AT + 1,
    purges: NEW.purges,
    switches: { maintenance: null, cacheOff: false, kill: true },
    origins: NO_ORIGINS_TOLD,
    lists: NO_LISTS_TOLD,
  });
  const DRAIN: Command = { kind: "drain", pool: "web", origin: "fra", on: true };
  expect(snapshotOfState(stateAfter(NEW, DRAIN)).origins).toEqual(new Map([["web/fra", { drained: true }]]));
});

describe("what was stored", () => {
  it("is read as it was", () => {
    const state = stateAfter(NEW, KILL);
    expect(readKeeperState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it("by a version that knew fewer parts has them empty", () => {
    expect(readKeeperState({ revision: MADE_AT, changedAt: MADE_AT })).toEqual({ ...NEW, purges: NO_PURGES });
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "state"],
    ["no revision", { changedAt: MADE_AT }],
    ["a revision that is none", { revision: "7", changedAt: MADE_AT }],
    ["no time", { revision: 7 }],
    ["damaged purges", { revision: 7, changedAt: 7, purges: { newest: 7 } }],
    ["damaged switches", { revision: 7, changedAt: 7, switches: { kill: "yes" } }],
  ])("is damaged if it is %s", (_what, stored) => {
    expect(readKeeperState(stored)).toBeUndefined();
  });
});
