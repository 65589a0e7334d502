// What the port to the keepers keeps to: one spec, run for the fake and for Durable Objects on each platform.
import { describe, expect, it } from "vitest";
import { NO_COUNTS } from "../../worker/keeping/counts.ts";
import type { Command } from "../../worker/keeping/keeper-state.ts";
import { NO_LISTS_TOLD } from "../../worker/keeping/lists-told.ts";
import { NO_ORIGINS_TOLD } from "../../worker/keeping/origins-told.ts";
import { NO_SWITCHES } from "../../worker/keeping/switch-command.ts";
import type { Keepers } from "../../worker/ports.ts";

const KILL: Command = { kind: "switch", name: "kill", on: true };
const LIVE: Command = { kind: "switch", name: "kill", on: false };
const MAINTENANCE: Command = { kind: "switch", name: "maintenance", on: true, retryAfterSeconds: 60 };

let names = 0;
/** Objects keep what they were told, so each test has a site of its own. */
const aSite = () => `${names++}.${crypto.randomUUID()}.test`;

export function valueIn<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export function keepersContract(name: string, make: () => Promise<Keepers>): void {
  describe(`${name} keep the contract of keepers`, () => {
    it("begin with nothing shared, at the revision of their making", async () => {
      const keepers = await make();
      const site = aSite();
      const before = Date.now();
      const first = valueIn(await keepers.read(site));
      expect(first.switches).toEqual(NO_SWITCHES);
      expect(Math.abs(first.revision - before)).toBeLessThan(60_000);
      expect(valueIn(await keepers.read(site))).toEqual(first);
    });

    it("apply a command, acknowledge its revision, and tell it from then on", async () => {
      const keepers = await make();
      const site = aSite();
      const { revision, purges } = valueIn(await keepers.read(site));
      expect(valueIn(await keepers.apply(site, MAINTENANCE))).toEqual({ revision: revision + 1 });
      expect(valueIn(await keepers.apply(site, KILL))).toEqual({ revision: revision + 2 });
      const switches = { maintenance: { retryAfterSeconds: 60 }, cacheOff: false, kill: true };
      expect(valueIn(await keepers.report(site, { isolate: "i", place: "FRA", revision }))).toEqual({
        revision: revision + 2,
        purges,
        switches,
        origins: NO_ORIGINS_TOLD,
        lists: NO_LISTS_TOLD,
      });
      expect(valueIn(await keepers.inspect(site))).toMatchObject({ revision: revision + 2, switches });
    });

    it("drain an origin and put it back", async () => {
      const keepers = await make();
      const site = aSite();
      const drain = (on: boolean): Command => ({ kind: "drain", pool: "web", origin: "fra", on });
      const { revision } = valueIn(await keepers.read(site));
      expect(valueIn(await keepers.apply(site, drain(true)))).toEqual({ revision: revision + 1 });
      const told = valueIn(await keepers.report(site, { isolate: "i", place: "FRA", revision })).origins;
      expect(told).toEqual(new Map([["web/fra", { drained: true }]]));
      expect(valueIn(await keepers.inspect(site)).origins).toEqual({ "web/fra": { drained: true } });
      await keepers.apply(site, drain(false));
      expect(valueIn(await keepers.inspect(site)).origins).toEqual({});
    });

    it("add up what isolates have counted", async () => {
      const keepers = await make();
      const site = aSite();
      const counts = { ...NO_COUNTS, requests: { "a hit 2xx": 2 }, refusals: { loop: 1 } };
      for (const isolate of ["i", "j"])
        await keepers.report(site, { isolate, place: "FRA", revision: 0, counts });
      await keepers.report(site, { isolate: "i", place: "FRA", revision: 0 });
      const tally = valueIn(await keepers.tally(site, 60_000));
      expect(tally.totals).toEqual({ ...counts, requests: { "a hit 2xx": 4 }, refusals: { loop: 2 } });
      expect(Math.abs(tally.since - Date.now())).toBeLessThan(60_000);
    });

    it("keep the revision where a command changes nothing", async () => {
      const keepers = await make();
      const site = aSite();
      const { revision } = valueIn(await keepers.apply(site, KILL));
      expect(valueIn(await keepers.apply(site, KILL))).toEqual({ revision });
    });

    it("give commands that come at once one revision each", async () => {
      const keepers = await make();
      const site = aSite();
      const { revision } = valueIn(await keepers.read(site));
      const commands = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? KILL : LIVE));
      const applied = await Promise.all(commands.map((command) => keepers.apply(site, command)));
      const revisions = applied.map((one) => valueIn(one).revision - revision);
      // Two of the same kind in a row are one change; however they are ordered, none of them shares a number with a change.
      expect(Math.max(...revisions)).toBe(valueIn(await keepers.inspect(site)).revision - revision);
      expect(Math.min(...revisions)).toBeGreaterThanOrEqual(0);
    });

    it("refuse what is no command, and change nothing", async () => {
      const keepers = await make();
      const site = aSite();
      const before = valueIn(await keepers.inspect(site));
      const odd = [
        [{ kind: "dance" }, "unknown-command"],
        [{ kind: "switch", name: "light", on: true }, "unknown-switch"],
        [{ kind: "switch", name: "maintenance", on: true, retryAfterSeconds: 0 }, "bad-retry-after"],
      ] as const;
      for (const [command, reason] of odd) {
        expect(await keepers.apply(site, command as unknown as Command)).toEqual({
          ok: false,
          error: { reason },
        });
      }
      expect(valueIn(await keepers.inspect(site))).toEqual(before);
    });

    it("know nothing of one another", async () => {
      const keepers = await make();
      const [site, other] = [aSite(), aSite()];
      await keepers.apply(site, KILL);
      expect(valueIn(await keepers.inspect(other)).switches.kill).toBe(false);
    });

    it.each(["*", "*.shop.test", "shop.test:8080", "a b&c=d#e?f", "münchen.test", "x".repeat(253)])(
      "have any name a site may have: %s",
      async (label) => {
        const keepers = await make();
        const site = label.length > 100 ? label : `${label}${aSite()}`;
        const { revision } = valueIn(await keepers.apply(site, KILL));
        expect(valueIn(await keepers.inspect(site)).revision).toBe(revision);
      },
    );

    it("make a receipt of what isolates report", async () => {
      const keepers = await make();
      const site = aSite();
      const { revision } = valueIn(await keepers.apply(site, KILL));
      await keepers.report(site, { isolate: "i1", place: "FRA", revision });
      await keepers.report(site, { isolate: "i2", place: "IAD", revision: revision - 1 });
      const receipt = valueIn(await keepers.receipt(site, revision));
      expect(receipt).toMatchObject({ revision, isComplete: false });
      expect(receipt.places.map(({ place, confirmedAt }) => [place, confirmedAt !== null])).toEqual([
        ["FRA", true],
        ["IAD", false],
      ]);
      await keepers.report(site, { isolate: "i2", place: "IAD", revision });
      const later = valueIn(await keepers.receipt(site, revision));
      expect(later.places.every(({ confirmedAt }) => confirmedAt !== null)).toBe(true);
    });

    it("refuse a receipt for a revision that was never made", async () => {
      const keepers = await make();
      const site = aSite();
      const { revision } = valueIn(await keepers.inspect(site));
      expect(await keepers.receipt(site, revision + 1)).toEqual({
        ok: false,
        error: { reason: "unknown-revision" },
      });
    });
  });
}
