import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BARS } from "../../../bench/bars.ts";
import { chart } from "../../../bench/report/chart.ts";
import { withResults } from "../../../bench/report/page.ts";
import { claimText } from "../../../bench/report/terminal.ts";
import { withAdded } from "../../../bench/report/with-added.ts";
import type { BenchResult } from "../../../bench/result.ts";
import { aClaim, aResult, aRow } from "./a-result.ts";

const spread = (median: number) => ({ median, low: median, high: median });
const hit = aClaim(
  "hit",
  [aRow("headgate / map", 0.83, { width: 0.04 }), aRow("grown", 12.34, { unit: "MB" })],
  {
    contenders: [
      { name: "headgate", requestsPerSecond: spread(12_345.6), cpuMicros: spread(81.2), peakMemoryMB: 96.4 },
    ],
    skipped: [{ name: "varnish", because: "varnishd not installed" }],
  },
);
const bars = [{ claim: "hit", row: "headgate / map", atLeast: 0.8 }];

describe("a claim on the terminal", () => {
  it("shows contenders, what was found, and who is missing and why", () => {
    expect(claimText(hit)).toBe(
      [
        "All about hit [hit]",
        "  headgate  12,346 req/s  (12,346–12,346)  81 µs CPU  96 MB",
        "  headgate / map  0.83 (0.81–0.85)",
        "  grown           12.3 MB",
        "  varnish: skipped, varnishd not installed",
        "",
      ].join("\n"),
    );
  });
});

describe("claims that are measured apart", () => {
  const whole = aResult(aClaim("noise", []), aClaim("pass", [aRow("a / b", 1)]));
  const part = { ...aResult(hit), at: "2026-11-30T08:00:00.000Z" };
  const order = ["noise", "hit", "pass"];

  it("stand among the others, with their date, which the page tells", () => {
    const result = withAdded(whole, part, order);
    expect(result.claims.map(({ name, at }) => [name, at])).toEqual([
      ["noise", undefined],
      ["hit", "2026-11-30T08:00:00.000Z"],
      ["pass", undefined],
    ]);
    expect([result.at, result.rounds]).toEqual([whole.at, whole.rounds]);
    const markers = "<!-- written by npm run bench: begin -->\n<!-- written by npm run bench: end -->\n";
    expect(withResults(markers, result, bars)).toContain(
      "(`hit`)\n\nMeasured on 2026-11-30, apart from the others.",
    );
  });

  it("take the place of what was measured before", () => {
    const again = withAdded(
      withAdded(whole, part, order),
      { ...part, at: "2026-12-01T08:00:00.000Z" },
      order,
    );
    expect(again.claims.filter(({ name }) => name === "hit").map(({ at }) => at)).toEqual([
      "2026-12-01T08:00:00.000Z",
    ]);
  });

  it("are not put beside those of another machine", () => {
    const elsewhere = { ...part, machine: { ...part.machine, cores: 64 } };
    expect(() => withAdded(whole, elsewhere, order)).toThrow(/another machine/);
  });
});

describe("the page", () => {
  const page =
    "before\n<!-- written by npm run bench: begin -->\nold\n<!-- written by npm run bench: end -->\nafter\n";
  const written = withResults(page, aResult(hit), bars);

  it("has the results between its markers, and the rest as it was", () => {
    expect(written).toMatch(/^before\n<!-- written by npm run bench: begin -->\n\n2026-11-24, 5 rounds\./);
    expect(written).toMatch(/\n<!-- written by npm run bench: end -->\nafter\n$/);
    expect(written).not.toContain("old");
  });

  it("tells on what machine it was measured", () => {
    expect(written).toContain("2 cores (A CPU), 24 GiB, Debian, kernel 6.1; node 24.0.0, wrk 4.1.0.");
  });

  it("tells each bar, each figure, and what is missing", () => {
    expect(written).toContain("| hit | headgate / map | 0.83 (0.81–0.85) | ≥ 0.80 | pass |");
    expect(written).toContain("| headgate | 12,346 (12,346–12,346) | 81 µs | 96 MB |");
    expect(written).toContain("| grown | 12.3 MB |");
    expect(written).toContain("- varnish is left out: varnishd not installed");
  });

  it("comes out the same when it is written once more", () => {
    expect(withResults(written, aResult(hit), bars)).toBe(written);
  });

  it("without its markers is left alone", () => {
    expect(() => withResults("no markers", aResult(hit), bars)).toThrow("docs/performance.md has no");
  });
});

describe("the picture", () => {
  const rows = [
    aRow("slow / fast", 0.5),
    aRow("quick / slow", 12),
    aRow("a & b", 1),
    aRow("size", 3, { unit: "KB" }),
  ];
  const picture = chart(aResult(aClaim("hit", rows), aClaim("size", [aRow("size", 3, { unit: "KB" })])), [
    { claim: "hit", row: "slow / fast", atLeast: 0.8 },
    { claim: "hit", row: "a & b", atLeast: 0.8 },
  ]);

  it("has a bar for each ratio, and none for anything else", () => {
    expect(picture.match(/<rect /g)).toHaveLength(3);
    expect(picture).not.toContain("All about size");
  });

  it("colours by whether the project's bar is cleared, where there is one", () => {
    expect(picture.match(/<rect class="\w+"/g)).toEqual([
      '<rect class="miss"',
      '<rect class="plain"',
      '<rect class="pass"',
    ]);
  });

  it("cuts off what is far too long, and says so", () => {
    expect(picture).toContain("→ 12.00");
    for (const [, width] of picture.matchAll(/<rect [^>]*width="([\d.]+)"/g))
      expect(Number(width)).toBeLessThan(760);
  });

  it("says what each sign means, and how fast both were", () => {
    for (const kind of ["pass", "miss", "plain"]) expect(picture).toContain(`<circle class="${kind}"`);
    const loaded = (name: string, median: number) => ({
      name,
      requestsPerSecond: { median, low: median, high: median },
      cpuMicros: { median: 1, low: 1, high: 1 },
      peakMemoryMB: 1,
    });
    const claim = {
      ...aClaim("hit", [aRow("a / b", 0.5)]),
      contenders: [loaded("a", 5_003), loaded("b", 10_006)],
    };
    expect(chart(aResult(claim), [])).toContain(">5,003 : 10,006</text>");
  });

  it("spells what XML reads otherwise", () => {
    expect(picture).toContain("a &amp; b");
    expect(picture).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });
});

describe("docs/performance.md", () => {
  const root = path.join(import.meta.dirname, "../../..");
  const text = (file: string) => readFileSync(path.join(root, file), "utf8");
  const latest = JSON.parse(text("bench/results/latest.json")) as BenchResult;

  it("shows the latest recorded run", () => {
    expect(withResults(text("docs/performance.md"), latest, BARS)).toBe(text("docs/performance.md"));
    expect(chart(latest, BARS)).toBe(text("docs/performance.svg"));
  });

  it("shows a whole run, in which each bar has its row", () => {
    expect(latest.quick).toBe(false);
    const measured = new Set(
      latest.claims.flatMap(({ name, rows }) => rows.map((row) => `${name}: ${row.name}`)),
    );
    const skipped = new Set(
      latest.claims.filter((claim) => claim.skipped.length > 0).map(({ name }) => name),
    );
    const missing = BARS.filter(({ claim, row }) => !measured.has(`${claim}: ${row}`) && !skipped.has(claim));
    expect(missing).toEqual([]);
  });

  it("tells nothing of whose machine it was", () => {
    expect(text("bench/results/latest.json")).not.toMatch(/\/(home|root|tmp|work|Users)\b/);
  });
});
