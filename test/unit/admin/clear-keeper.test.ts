// What is left at the keeper of a site that was taken away: nothing that a site of the same name would notice.
import { expect, it } from "vitest";
import { clearKeeper } from "../../../worker/admin/of-the-keeper.ts";
import type { Command } from "../../../worker/keeping/keeper-state.ts";
import { KeepersInProcess } from "../../support/keepers-in-process.ts";

const SITE = "a.test";
const TOLD: Command[] = [
  { kind: "switch", name: "kill", on: true },
  { kind: "switch", name: "cacheOff", on: true },
  { kind: "switch", name: "maintenance", on: true },
  { kind: "drain", pool: "web", origin: "fra", on: true },
  { kind: "drain", pool: "api", origin: "iad", on: true },
];

async function aKeeperThatWasTold() {
  const keepers = new KeepersInProcess(() => 1_000);
  for (const command of TOLD) await keepers.apply(SITE, command);
  const warnings: unknown[] = [];
  const log = { request: () => undefined, warn: (...said: unknown[]) => void warnings.push(said) };
  const state = async () => {
    const read = await keepers.inspect(SITE);
    if (!read.ok) throw new Error(read.error.reason);
    return read.value;
  };
  return { keepers, log, warnings, state };
}

it("has no switch on and no origin drained, and everything is purged", async () => {
  const { keepers, log, warnings, state } = await aKeeperThatWasTold();
  const { revision, origins } = await state();
  expect(Object.keys(origins)).toHaveLength(2);
  await clearKeeper(SITE, { keepers, log });
  const after = await state();
  expect(after.switches).toEqual({ kill: false, cacheOff: false, maintenance: null });
  expect(after.origins).toEqual({});
  expect(after.purges.exact).toEqual({ a: { hard: after.revision } });
  expect(after.revision).toBeGreaterThan(revision);
  expect(warnings).toEqual([]);
});

it("is as it was if the keeper does not answer, and a warning says so", async () => {
  const { keepers, log, warnings, state } = await aKeeperThatWasTold();
  keepers.isDown = true;
  await clearKeeper(SITE, { keepers, log });
  keepers.isDown = false;
  expect((await state()).switches.kill).toBe(true);
  expect(warnings).toEqual([
    ["the keeper of a removed site was not cleared", { site: SITE, reason: "keeper-unavailable" }],
  ]);
});

it("is not asked where there is none", async () => {
  await expect(
    clearKeeper(SITE, { keepers: null, log: { request: () => undefined, warn: () => {} } }),
  ).resolves.toBeUndefined();
});
