// What a switch of a site does to the keeper's state, and what of a stored or received one is believed.
import { describe, expect, it } from "vitest";
import {
  applySwitch,
  NO_SWITCHES,
  readSwitches,
  type SwitchCommand,
} from "../../../worker/keeping/switch-command.ts";

const switched = (command: object, before = NO_SWITCHES) =>
  applySwitch(before, { kind: "switch", ...command } as SwitchCommand);

describe("a switch", () => {
  it.each([
    ["cacheOff", { name: "cacheOff", on: true }, { cacheOff: true }],
    ["kill", { name: "kill", on: true }, { kill: true }],
    ["maintenance", { name: "maintenance", on: true }, { maintenance: { retryAfterSeconds: 300 } }],
    [
      "maintenance with a time",
      { name: "maintenance", on: true, retryAfterSeconds: 60 },
      { maintenance: { retryAfterSeconds: 60 } },
    ],
  ])("%s is turned on and off again", (_what, command, expected) => {
    const on = switched(command);
    expect(on).toEqual({ ok: true, value: { ...NO_SWITCHES, ...expected } });
    const off = on.ok && switched({ name: command.name, on: false }, on.value);
    expect(off).toEqual({ ok: true, value: NO_SWITCHES });
  });

  it.each([
    [{ name: "cacheOff", on: false }, NO_SWITCHES],
    [
      { name: "kill", on: true },
      { ...NO_SWITCHES, kill: true },
    ],
    [{ name: "maintenance", on: false }, NO_SWITCHES],
    [
      { name: "maintenance", on: true, retryAfterSeconds: 60 },
      { ...NO_SWITCHES, maintenance: { retryAfterSeconds: 60 } },
    ],
  ])("%j that is so already is the same object", (command, before) => {
    const after = switched(command, before);
    expect(after.ok && after.value).toBe(before);
  });

  it("maintenance takes another time while it is on", () => {
    const before = { ...NO_SWITCHES, maintenance: { retryAfterSeconds: 60 } };
    const after = switched({ name: "maintenance", on: true, retryAfterSeconds: 61 }, before);
    expect(after.ok && after.value.maintenance).toEqual({ retryAfterSeconds: 61 });
  });

  it("leaves the others alone", () => {
    const after = switched({ name: "kill", on: true }, { ...NO_SWITCHES, cacheOff: true });
    expect(after.ok && after.value).toEqual({ maintenance: null, cacheOff: true, kill: true });
  });

  it.each([
    ["a name that is none", { name: "light", on: true }, "unknown-switch"],
    ["a name of every object", { name: "constructor", on: true }, "unknown-switch"],
    ["neither on nor off", { name: "kill" }, "unknown-switch"],
    ["no seconds", { name: "maintenance", on: true, retryAfterSeconds: 0 }, "bad-retry-after"],
    ["half a second", { name: "maintenance", on: true, retryAfterSeconds: 1.5 }, "bad-retry-after"],
    ["more than a week", { name: "maintenance", on: true, retryAfterSeconds: 604_801 }, "bad-retry-after"],
    ["a text", { name: "maintenance", on: true, retryAfterSeconds: "60" }, "bad-retry-after"],
  ])("with %s is refused", (_what, command, reason) => {
    expect(switched(command)).toEqual({ ok: false, error: { reason } });
  });

  it("may last a week", () => {
    expect(switched({ name: "maintenance", on: true, retryAfterSeconds: 604_800 }).ok).toBe(true);
  });
});

describe("what was stored of the switches", () => {
  it.each([
    ["nothing", undefined, NO_SWITCHES],
    ["none of them", {}, NO_SWITCHES],
    ["one of a later version", { kill: true, dim: 3 }, { ...NO_SWITCHES, kill: true }],
    [
      "maintenance",
      { maintenance: { retryAfterSeconds: 5 } },
      { ...NO_SWITCHES, maintenance: { retryAfterSeconds: 5 } },
    ],
    ["a text", "on", undefined],
    ["null", null, undefined],
    ["a switch that is neither on nor off", { kill: 1 }, undefined],
    ["a cache that is neither on nor off", { cacheOff: "no" }, undefined],
    ["maintenance that is on without more", { maintenance: true }, undefined],
    ["maintenance without a time", { maintenance: {} }, undefined],
  ])("%s", (_what, stored, expected) => {
    expect(readSwitches(stored)).toEqual(expected);
  });
});
