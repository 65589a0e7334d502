import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BARS } from "../../../../bench/chaos/bars.ts";
import { isRecorded, readOptions } from "../../../../bench/chaos/options.ts";
import { withResults } from "../../../../bench/chaos/report/page.ts";
import { linesOf } from "../../../../bench/chaos/report/rows.ts";
import { missesText, scenarioText } from "../../../../bench/chaos/report/terminal.ts";
import type { ChaosResult } from "../../../../bench/chaos/result.ts";
import { SCENARIOS } from "../../../../bench/chaos/scenarios.ts";

const freeze: ChaosResult["scenarios"][number] = {
  name: "freeze",
  headgate: { failedGets: 0, failedPosts: 7, waited: 0.0214, usualShare: null },
  haproxy: { failedGets: 2, failedPosts: 5, waited: 0.011, usualShare: 9_250 },
};
const result: ChaosResult = {
  format: 1,
  at: "2026-11-28T20:00:00.000Z",
  pace: { perSecond: 150, quietMs: 5_000, troubleMs: 20_000, afterMs: 25_000 },
  machine: { cores: 2, cpu: "A CPU", memoryGiB: 24, system: "Debian", versions: { node: "24.0.0" } },
  scenarios: [freeze],
};

describe("the lines of a scenario", () => {
  const lineOf = (measure: string) => linesOf(freeze).find((line) => line.measure === measure);

  it("have both values, the bar and the verdict", () => {
    expect(lineOf("failedGets")).toMatchObject({
      headgate: "0",
      haproxy: "2",
      bar: "≤ 0",
      verdict: "pass",
      compared: "better",
    });
  });

  it("say where a bar is missed and where HAProxy does better", () => {
    expect(lineOf("waited")).toMatchObject({
      headgate: "2.1 %",
      haproxy: "1.1 %",
      bar: "≤ 1.0 %",
      verdict: "miss",
      compared: "worse",
    });
  });

  it("count what never happened as a miss", () => {
    expect(lineOf("usualShare")).toMatchObject({
      headgate: "not in this run",
      haproxy: "9.3 s",
      verdict: "miss",
      compared: "worse",
    });
  });

  it("say nothing about a difference that chance makes", () => {
    expect(lineOf("failedPosts")).toMatchObject({ bar: "", verdict: "", compared: "" });
  });

  it("leave out what has no meaning in the scenario", () => {
    expect(lineOf("normalService")).toBeUndefined();
  });

  it("have one column where HAProxy did not run", () => {
    const { haproxy: _absent, ...alone } = freeze;
    expect(linesOf(alone).every(({ haproxy, compared }) => haproxy === "" && compared === "")).toBe(true);
  });
});

describe("the terminal", () => {
  it("shows a table, and names the misses at the end", () => {
    expect(scenarioText(result.scenarios[0] ?? freeze)).toMatch(/^one origin freezes \[freeze\]\n/);
    expect(missesText([freeze])).toContain("freeze  from then until it has its usual share");
    expect(missesText([{ name: "kill", headgate: { failedGets: 0 } }])).toBe("Every bar is cleared.\n");
  });
});

describe("the page", () => {
  const page =
    "before\n<!-- written by npm run chaos: begin -->\nold\n<!-- written by npm run chaos: end -->\n";
  const written = withResults(page, result);

  it("has the results between its markers, and comes out the same when it is written once more", () => {
    expect(written).toMatch(/^before\n<!-- written by npm run chaos: begin -->\n\n2026-11-28\. 2 cores/);
    expect(written).not.toContain("old");
    expect(withResults(written, result)).toBe(written);
  });

  it("tells first where the product falls short", () => {
    expect(written).toMatch(
      /does worse than HAProxy\n\n\| scenario .*\n.*\n\| `freeze` \| requests that took/,
    );
  });

  it("says why HAProxy is missing", () => {
    expect(withResults(page, { ...result, withoutHaproxy: "it is not installed" })).toContain(
      "HAProxy is left out: it is not installed.",
    );
  });

  it("without its markers is left alone", () => {
    expect(() => withResults("no markers", result)).toThrow("docs/resilience.md has no");
  });

  it("is the one in docs/, drawn from the recorded result", () => {
    const read = (file: string) => readFileSync(path.join(import.meta.dirname, "../../../..", file), "utf8");
    const recorded = JSON.parse(read("bench/chaos/results/latest.json")) as ChaosResult;
    const drawn = read("docs/resilience.md");
    expect(withResults(drawn, recorded)).toBe(drawn);
  });
});

describe("the bars", () => {
  it("are set once each, for scenarios that there are", () => {
    const names: string[] = SCENARIOS.map(({ name }) => name);
    const set = BARS.map(({ scenario, measure }) => `${scenario} ${measure}`);
    expect(new Set(set).size).toBe(set.length);
    expect(BARS.filter(({ scenario }) => !names.includes(scenario))).toEqual([]);
  });
});

describe("the options", () => {
  const names = SCENARIOS.map(({ name }) => name);

  it("record a whole run only", () => {
    expect(isRecorded(readOptions([], names))).toBe(true);
    for (const partial of [["--quick"], ["--only", "kill"], ["--alone"], ["--no-record"]]) {
      expect(isRecorded(readOptions(partial, names))).toBe(false);
    }
  });
});
