import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Counters } from "../../../worker/keeping/counters.ts";
import type { Counts } from "../../../worker/keeping/counts.ts";
import type { OriginSeen } from "../../../worker/keeping/origins-seen.ts";
import { prometheusText } from "../../../worker/keeping/prometheus.ts";
import { findProgram } from "../../support/program.ts";

const promtool = findProgram("promtool", "prometheus");

function someCounts(): Counts {
  const counters = new Counters();
  const request = { site: "a.test", status: 200, refusal: null, origin: null };
  counters.request({ ...request, route: "assets", cache: "hit", ms: 0 });
  counters.request({ ...request, route: "assets", cache: "hit", ms: 30 });
  counters.request({ ...request, route: null, cache: null, status: 404, refusal: "no-route", ms: 20_000 });
  counters.attempts("a.test", "web", [
    { origin: { id: "fra" }, attempted: { kind: "failure", failure: { kind: "timeout", afterMs: 5 } } },
    { origin: { id: "iad" }, attempted: { kind: "status", status: 200 } },
  ]);
  return counters.take("a.test") as Counts;
}

function someOrigins(): readonly OriginSeen[] {
  const probes = { since: 1, last: null, lastFailure: null, passed: 7, failed: 2 };
  const fra = { pool: "web", origin: "fra", drained: false, down: { since: 1, because: "503" }, probes };
  return [fra, { ...fra, origin: "iad", drained: true, down: null, probes: null }];
}

const sites = [
  { site: "a.test", totals: someCounts(), origins: someOrigins() },
  { site: "down.test", totals: undefined },
  { site: '*."odd\\\n', totals: someCounts() },
];
const text = prometheusText(sites);

describe("the metrics in the text format of Prometheus", () => {
  it("name each series by its labels", () => {
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        'headgate_keeper_up{site="a.test"} 1',
        'headgate_keeper_up{site="down.test"} 0',
        'headgate_requests_total{site="a.test",route="assets",cache="hit",status="2xx"} 2',
        'headgate_requests_total{site="a.test",route="none",cache="none",status="4xx"} 1',
        'headgate_origin_attempts_total{site="a.test",pool="web",origin="fra",attempt="1",outcome="timeout"} 1',
        'headgate_origin_attempts_total{site="a.test",pool="web",origin="iad",attempt="2",outcome="2xx"} 1',
        'headgate_refusals_total{site="a.test",reason="no-route"} 1',
        'headgate_origin_up{site="a.test",pool="web",origin="fra"} 0',
        'headgate_origin_drained{site="a.test",pool="web",origin="iad"} 1',
        'headgate_origin_probes_total{site="a.test",pool="web",origin="fra",outcome="passed"} 7',
        'headgate_origin_probes_total{site="a.test",pool="web",origin="fra",outcome="failed"} 2',
      ]),
    );
  });

  it("have buckets that contain the smaller ones, in seconds", () => {
    expect(
      text
        .split("\n")
        .filter((line) => line.includes('{site="a.test",route="assets"') && line.includes("duration")),
    ).toEqual([
      ...["0.005", "0.01", "0.025"].map(
        (le) => `headgate_request_duration_seconds_bucket{site="a.test",route="assets",le="${le}"} 1`,
      ),
      ...["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"].map(
        (le) => `headgate_request_duration_seconds_bucket{site="a.test",route="assets",le="${le}"} 2`,
      ),
      'headgate_request_duration_seconds_sum{site="a.test",route="assets"} 0.03',
      'headgate_request_duration_seconds_count{site="a.test",route="assets"} 2',
    ]);
    expect(text).toContain(
      'headgate_request_duration_seconds_bucket{site="a.test",route="none",le="10"} 0\n',
    );
  });

  it("escape what a label may not hold", () => {
    expect(text).toContain('headgate_keeper_up{site="*.\\"odd\\\\\\n"} 1\n');
    expect(
      text.split("\n").filter((line) => line !== "" && !/^(# (HELP|TYPE) )?headgate_/.test(line)),
    ).toEqual([]);
  });

  it("end with a line break, also without a site", () => {
    expect(text.endsWith("\n")).toBe(true);
    expect(prometheusText([]).endsWith("\n")).toBe(true);
  });

  it("are accepted by promtool", { timeout: 300_000 }, ({ skip }) => {
    if ("missing" in promtool) return skip(promtool.missing);
    const check = (input: string) =>
      spawnSync(promtool.binary, ["check", "metrics"], { input, encoding: "utf8" });
    for (const given of [text, prometheusText([]), prometheusText(sites.slice(1, 2))]) {
      const { status, stderr } = check(given);
      expect([status, stderr]).toEqual([0, ""]);
    }
    expect(check(text.replace('="a.test"', "=a.test")).status).not.toBe(0); // it can say no
  });
});
