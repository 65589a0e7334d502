// What draining an origin does to the keeper's state.
import { describe, expect, it } from "vitest";
import { applyDrain, type DrainCommand } from "../../../worker/keeping/drain-command.ts";
import { MAX_ORIGINS_TOLD, readOrigins, type StoredOrigins } from "../../../worker/keeping/origins-told.ts";

const DOWN = { down: { since: 7, because: "timeout" } };
const drain = (origins: StoredOrigins, command: Partial<DrainCommand> = {}) =>
  applyDrain(origins, { kind: "drain", pool: "web", origin: "fra", on: true, ...command });

describe("draining an origin", () => {
  it.each([
    ["one that is good", {}, { "web/fra": { drained: true } }],
    [
      "one that is good again",
      { "web/fra": { backSince: 9 } },
      { "web/fra": { backSince: 9, drained: true } },
    ],
    ["one that is down", { "web/fra": DOWN }, { "web/fra": { ...DOWN, drained: true } }],
    [
      "one beside another",
      { "web/iad": { drained: true } },
      { "web/iad": { drained: true }, "web/fra": { drained: true } },
    ],
  ] as const)("is remembered of %s, and can be undone", (_what, before, after) => {
    const drained = drain(before);
    expect(drained).toEqual({ ok: true, value: after });
    expect(drained.ok && drain(drained.value, { on: false })).toEqual({ ok: true, value: before });
  });

  it("that is drained already, or the end of it where it is not, is the same object", () => {
    const drained: StoredOrigins = { "web/fra": { drained: true } };
    const good: StoredOrigins = { "web/iad": DOWN };
    const [twice, undone] = [drain(drained), drain(good, { on: false })];
    expect(twice.ok && twice.value).toBe(drained);
    expect(undone.ok && undone.value).toBe(good);
  });

  it.each([
    ["the only one", {}, []],
    ["the last one: the other is drained", { "web/iad": { drained: true } }, ["iad"]],
    [
      "the last one: the others are down or drained",
      { "web/iad": DOWN, "web/sin": { drained: true } },
      ["iad", "sin"],
    ],
  ] as const)("is refused for %s, unless it is forced", (_what, before, leaving) => {
    expect(drain(before, { leaving })).toEqual({ ok: false, error: { reason: "last-origin" } });
    expect(drain(before).ok).toBe(true);
  });

  it("goes on while another one is usable", () => {
    expect(drain({ "web/iad": DOWN }, { leaving: ["iad", "sin"] }).ok).toBe(true);
    expect(drain({ "web/iad": { backSince: 9 } }, { leaving: ["iad"] }).ok).toBe(true);
  });

  it("of an origin of the same name in another pool is another thing", () => {
    expect(drain({ "api/iad": { drained: true } }, { leaving: ["iad"] }).ok).toBe(true);
  });

  it.each([
    ["a name that is none", { origin: "" }],
    ["a name with a slash", { pool: "web/fra" }],
    ["a name of every object", { pool: "__proto__", origin: "x" }],
    ["neither on nor off", { on: "yes" as unknown as boolean }],
  ])("is refused for %s", (_what, command) => {
    expect(drain({}, command)).toEqual({ ok: false, error: { reason: "unknown-origin" } });
  });

  it("is refused once as many origins are told as a snapshot has room for", () => {
    const full = Object.fromEntries(
      Array.from({ length: MAX_ORIGINS_TOLD }, (_, index) => [`web/o${index}`, DOWN]),
    );
    expect(drain(full)).toEqual({ ok: false, error: { reason: "too-many-drained" } });
    expect(drain(full, { origin: "o7" }).ok).toBe(true);
  });
});

describe("what was stored of origins", () => {
  it("is read as it was", () => {
    const origins = {
      "web/fra": { ...DOWN, drained: true },
      "web/iad": DOWN,
      "web/sin": { backSince: 9 },
    } as const;
    expect(readOrigins(JSON.parse(JSON.stringify(origins)))).toEqual(origins);
  });

  it("is read without what is damaged", () => {
    const damaged = {
      "web/fra": DOWN,
      "web/a": { down: { since: "long", because: "timeout" } },
      "web/b": { down: { since: 7, because: "it \n is" } },
      "web/c": { drained: "yes" },
      "web/d": { down: 7, drained: true },
      nowhere: { drained: true },
      "web/e": null,
      "web/f": { backSince: "lately" },
      "web/g": { ...DOWN, backSince: 9 },
    };
    expect(readOrigins(damaged)).toEqual({
      "web/fra": DOWN,
      "web/d": { drained: true },
      "web/g": DOWN,
    });
  });
});
