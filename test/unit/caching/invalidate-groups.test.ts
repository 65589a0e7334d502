// What an origin invalidates (RFC 9875) reaches this isolate at once, and all others through the keeper.
import { beforeEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { anIsolate, type Isolate, pushed } from "../../support/isolate.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const HOST = "shop.test";
const SITE = {
  hosts: [HOST],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
  routes: [{ id: "all", to: "web" }],
};
const texts = await pushed(SITE);

let now: number;
let page: number;
let keepers: KeepersInProcess;
let one: Isolate;
let other: Isolate;
let warnings: string[];

beforeEach(() => {
  now = Date.UTC(2026, 10, 28);
  page = 0;
  warnings = [];
  keepers = new KeepersInProcess(() => now);
  const make = () =>
    anIsolate({
      texts,
      store: memoryStore(1_000_000, { now: () => now }),
      now: () => now,
      keepers,
      warn: (message) => warnings.push(message),
      origin: async ({ method }) =>
        method === "GET"
          ? { body: `page ${++page}`, headers: { "cache-groups": '"news"' } }
          : { status: 200, body: "done", headers: { "cache-group-invalidation": '"news", "front"' } },
    });
  one = make();
  other = make();
});

describe("groups that an origin invalidates", () => {
  it("are purged here at once, and elsewhere as soon as the snapshot is there", async () => {
    expect([await one.ask(), await other.ask()]).toEqual(["page 1", "page 2"]);
    now += 100;
    await one.ask("POST", {}, "/change");
    now += 1;
    expect(await one.ask()).toBe("page 3");
    expect(await other.ask()).toBe("page 2"); // it does not know yet
    now += 4_000;
    await other.ask("GET", {}, "/elsewhere");
    expect(await other.ask()).toBe("page 5");
  });

  it("are told to the keeper: hard, and for the host alone", async () => {
    await one.ask("POST", {}, "/change");
    const kept = await keepers.inspect(HOST);
    if (!kept.ok) throw new Error(kept.error.message);
    const { exact } = kept.value.purges;
    expect(Object.keys(exact)).toEqual(["a", "g:shop.test news", "g:shop.test front"]);
    expect(exact["g:shop.test news"]).toEqual({ hard: expect.any(Number) });
  });

  it("are still purged here if the keeper is down, with a warning", async () => {
    await one.ask();
    keepers.isDown = true;
    now += 100;
    await one.ask("POST", {}, "/change");
    expect(warnings).toContain("a group was invalidated in one isolate only");
    now += 1;
    expect(await one.ask()).toBe("page 2");
  });
});

it("a hit in memory awaits nothing, however many purges are known", async () => {
  await one.ask();
  await keepers.apply(HOST, { kind: "purge", what: { by: "tag", tag: "other" }, mode: "hard", overMs: 0 });
  now += 4_000;
  await one.ask("GET", {}, "/elsewhere");
  expect(one.serve("/page")).not.toBeInstanceOf(Promise);
  expect(page).toBe(2);
});
