// The table of a site's origins: file, keeper and traffic together.
import { expect, it } from "vitest";
import { siteSchema } from "../../../shared/site/schema.ts";
import { originsTable } from "../../../worker/admin/origins-table.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { NO_COUNTS } from "../../../worker/keeping/counts.ts";
import { newLedger, tallyOf } from "../../../worker/keeping/ledger.ts";
import type { OriginSeen } from "../../../worker/keeping/origins-seen.ts";

const origin = (id: string, rest = {}) => ({ id, url: `https://${id}.test`, ...rest });
const SITE = compileSite(
  siteSchema.parse({
    hosts: ["shop.test"],
    pools: {
      web: {
        origins: [
          origin("fra", { weight: 3 }),
          origin("iad", { tier: 1 }),
          origin("sin", { state: "drain" }),
          origin("off", { state: "off" }),
          origin("none", { weight: 0 }),
        ],
      },
      api: { origins: [origin("fra")] },
    },
    routes: [{ id: "rest", to: "web" }],
  }),
  "v1",
);

const seen = (pool: string, id: string, rest: Partial<OriginSeen> = {}): OriginSeen => ({
  pool,
  origin: id,
  drained: false,
  down: null,
  probes: null,
  ...rest,
});
const PROBES = { since: 5, last: { at: 9, ms: 12, because: null }, lastFailure: null, passed: 2, failed: 0 };

const tally = (origins: readonly OriginSeen[], attempts: Record<string, number> = {}) => ({
  ...tallyOf(newLedger(0), 60_000, 0, origins),
  recent: { overMs: 60_000, counts: { ...NO_COUNTS, attempts } },
});

it("has every origin of the file, in its order, with what is known of it", () => {
  const failed = { at: 7, because: "503" };
  const rows = originsTable(
    SITE,
    tally(
      [
        seen("web", "fra", { probes: PROBES }),
        seen("web", "iad", {
          down: { since: 6, because: "503" },
          probes: { ...PROBES, since: 6, lastFailure: failed },
        }),
        seen("api", "fra", { drained: true }),
      ],
      {
        "web fra 1 2xx": 6,
        "web fra 1 5xx": 2,
        "web iad 2 2xx": 1,
        "web iad 2 timeout": 1,
        "api fra 1 2xx": 7,
        "api fra 1 given-up": 1,
        "api fra 1 request-body-broken": 1,
      },
    ),
  );
  const short = rows.map(({ pool, origin: id, standing, because, share, failedShare }) => [
    `${pool}/${id}`,
    standing,
    because,
    share,
    failedShare,
  ]);
  expect(short).toEqual([
    ["web/fra", "good", null, 0.8, 0.25],
    ["web/iad", "down", "503", 0.2, 0.5],
    ["web/sin", "drained", null, 0, null],
    ["web/off", "off", null, 0, null],
    ["web/none", "off", null, 0, null],
    ["api/fra", "drained", null, 1, 0],
  ]);
  expect(rows[0]).toMatchObject({
    state: "active",
    weight: 3,
    tier: 0,
    since: 5,
    lastProbe: PROBES.last,
    attempts: 8,
  });
  expect(rows[1]).toMatchObject({ since: 6, lastFailure: failed });
});

it("has shares only where there was traffic", () => {
  expect(
    originsTable(SITE, tally([])).every(({ share, failedShare }) => share === null && failedShare === null),
  ).toBe(true);
});

it("also has an origin that is drained and no longer in the file, so that somebody puts it back", () => {
  const rows = originsTable(SITE, tally([seen("web", "old", { drained: true }), seen("web", "older")]));
  expect(rows.slice(6)).toMatchObject([{ pool: "web", origin: "old", state: "gone", standing: "drained" }]);
});
