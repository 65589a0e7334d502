// The table of origins that `headgate status` prints.
import { expect, it } from "vitest";
import { type OriginRow, originLines } from "../../../cli/watching/origins-page.ts";

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

it("shows standing, since when, last failure, latency and share", () => {
  const failed = { at: NOW - 7_300_000, because: "503" };
  const lines = originLines(
    [
      row({}),
      row({
        origin: "iad",
        standing: "down",
        because: "timeout",
        lastFailure: { at: NOW, because: "timeout" },
        lastProbe: { at: NOW, ms: 3_000, because: "timeout" },
        since: NOW - 59_999,
      }),
      row({ origin: "sin", standing: "drained", lastFailure: failed, share: 0 }),
      row({ origin: "old", standing: "drained", state: "gone", since: null, lastProbe: null, share: null }),
      row({ origin: "off", standing: "off", state: "off", since: null, lastProbe: null, share: null }),
      row({ origin: "none", standing: "off", weight: 0, since: null, lastProbe: null, share: null }),
    ],
    NOW,
    (_style, text) => text,
  );
  expect(lines.join("\n")).toBe(
    [
      "  origin    standing                   since       last failure    latency  share",
      "  web/fra   good                       3m          -               12 ms    50 %",
      "  web/iad   down (timeout)             1m          timeout 0s ago  -        50 %",
      "  web/sin   drained                    3m          503 2h ago      12 ms    0 %",
      "  web/old   drained (not in the site)  not probed  -               -        -",
      "  web/off   off                        not probed  -               -        -",
      "  web/none  off (weight 0)             not probed  -               -        -",
    ].join("\n"),
  );
});

it("is empty without an origin", () => {
  expect(originLines([], NOW, (_style, text) => text)).toEqual([]);
});
