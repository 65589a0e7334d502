// The table of origins that `headgate status` prints.
import { expect, it } from "vitest";
import { isWorthALine, type OriginRow, originLines } from "../../../cli/watching/origins-page.ts";

const NOW = 1_000_000_000;
const row = (parts: Partial<OriginRow>): OriginRow => ({
  pool: "web",
  origin: "fra",
  state: "active",
  weight: 1,
  tier: 0,
  standing: "good",
  since: NOW - 200_000,
  because: null,
  lastProbe: { at: NOW - 9_000, ms: 12, because: null },
  lastFailure: null,
  attempts: 0,
  share: 0.5,
  failedShare: 0,
  ...parts,
});

it("shows standing, since when, last failure, latency, share, and how many of its attempts failed", () => {
  const failed = { at: NOW - 7_300_000, because: "503" };
  const lines = originLines(
    [
      row({}),
      row({
        origin: "iad",
        standing: "down",
        failedShare: 0.98,
        because: "timeout",
        lastFailure: { at: NOW, because: "timeout" },
        lastProbe: { at: NOW, ms: 3_000, because: "timeout" },
        since: NOW - 59_999,
      }),
      row({ origin: "sin", standing: "drained", lastFailure: failed, share: 0, failedShare: null }),
      row({
        origin: "old",
        standing: "drained",
        state: "gone",
        since: null,
        lastProbe: null,
        share: null,
        failedShare: null,
      }),
      row({
        origin: "off",
        standing: "off",
        state: "off",
        since: null,
        lastProbe: null,
        share: null,
        failedShare: null,
      }),
      row({
        origin: "none",
        standing: "off",
        weight: 0,
        since: null,
        lastProbe: null,
        share: null,
        failedShare: null,
      }),
    ],
    NOW,
    (_style, text) => text,
  );
  expect(lines.join("\n")).toBe(
    [
      "  origin    standing                   since       last failure    latency  share  failed",
      "  web/fra   good                       3m          -               12 ms    50 %   0 %",
      "  web/iad   down (timeout)             1m          timeout 0s ago  -        50 %   98 %",
      "  web/sin   drained                    3m          503 2h ago      12 ms    0 %    -",
      "  web/old   drained (not in the site)  not probed  -               -        -      -",
      "  web/off   off                        not probed  -               -        -      -",
      "  web/none  off (weight 0)             not probed  -               -        -      -",
    ].join("\n"),
  );
});

it("of several sites has those that are not good, and those that failed most attempts", () => {
  const shown = [
    {},
    { standing: "drained" },
    { failedShare: 0.5 },
    { failedShare: 0.6 },
    { failedShare: null },
  ] as const;
  expect(shown.map((parts) => isWorthALine(row(parts)))).toEqual([false, true, false, true, false]);
});

it("is empty without an origin", () => {
  expect(originLines([], NOW, (_style, text) => text)).toEqual([]);
});
