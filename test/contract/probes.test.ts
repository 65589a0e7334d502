// The probes of a keeper as a Durable Object of Miniflare: what an alarm finds is on disk, and the next one is set.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { keepersAt } from "../../worker/adapters/keepers.ts";
import { keepersBound } from "../../worker/adapters/keepers-of.ts";
import type { Probe } from "../../worker/keeping/probe.ts";
import { aProbe } from "../unit/keeping/a-probe.ts";
import { valueIn } from "./keepers.contract.ts";

const { KEEPER } = env as unknown as { KEEPER: DurableObjectNamespace };
const keepers = keepersAt(keepersBound(KEEPER));
const stubOf = (site: string) => KEEPER.get(KEEPER.idFromName(site));
const NOBODY = aProbe({
  url: "http://127.0.0.1:1/",
  fall: 1,
  everyMs: 3_600_000,
  everyWhenGoodMs: 3_600_000,
});

const report = async (site: string, ...probes: Probe[]) =>
  valueIn(
    await keepers.report(site, {
      isolate: "i",
      place: "FRA",
      revision: 0,
      plans: [{ version: "v", probes }],
    }),
  );
const alarmAt = (site: string) =>
  runInDurableObject(stubOf(site), (_keeper, { storage }) => storage.getAlarm());

describe("a keeper", () => {
  it("sets no alarm for a site that asks for no probes", async () => {
    await report("none.test");
    expect(await alarmAt("none.test")).toBeNull();
  });

  it("probes by alarm, tells what it found as a revision, and sets the next alarm", async () => {
    const site = "probed.test";
    const { revision } = await report(site, NOBODY);
    expect(await alarmAt(site)).not.toBeNull();
    const before = Date.now();
    await runDurableObjectAlarm(stubOf(site));
    const told = await report(site, NOBODY);
    expect(told.revision).toBe(revision + 1);
    expect(told.origins.get("web/fra")).toMatchObject({ down: { because: "connect" } });
    const next = (await alarmAt(site)) ?? 0;
    expect(next - before).toBeGreaterThan(3_600_000 * 0.9 - 1_000);
    expect(next - before).toBeLessThan(3_600_000 + 1_000);
  });

  it("that was taken out of memory goes on where it was", async () => {
    const site = "asleep.test";
    await report(site, { ...NOBODY, fall: 2, everyMs: 1_000, everyWhenGoodMs: 1_000 });
    await runDurableObjectAlarm(stubOf(site));
    await evictDurableObject(stubOf(site));
    // One more failure is enough, and the plan is known.
    await runDurableObjectAlarm(stubOf(site));
    const seen = async () => valueIn(await keepers.tally(site, 10_000)).origins[0];
    for (let look = 0; look < 40 && !(await seen())?.down; look++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await seen()).toMatchObject({ pool: "web", origin: "fra", down: { because: "connect" } });
    await evictDurableObject(stubOf(site));
    expect(valueIn(await keepers.read(site)).origins.get("web/fra")).toMatchObject({
      down: { because: "connect" },
    });
  });

  it("forgets the probes that it cannot read, and keeps the rest of its state", async () => {
    const site = "damaged.test";
    await report(site, NOBODY);
    await keepers.apply(site, { kind: "switch", name: "kill", on: true });
    await runInDurableObject(stubOf(site), (_keeper, { storage }) => {
      storage.sql.exec("UPDATE parts SET json = 'half of' WHERE name IN ('probing', 'notices')");
    });
    await evictDurableObject(stubOf(site));
    expect((await report(site, NOBODY)).switches.kill).toBe(true);
    expect(valueIn(await keepers.tally(site, 10_000)).origins).toHaveLength(1);
  });

  it("is asked nothing by an isolate of an older version, which tells no plans", async () => {
    const site = "older.test";
    await report(site, NOBODY);
    await keepers.report(site, { isolate: "old", place: "FRA", revision: 0 });
    expect(valueIn(await keepers.tally(site, 10_000)).origins).toHaveLength(1);
  });
});
