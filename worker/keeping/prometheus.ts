// The counts of the sites in the text format of Prometheus.

import { BOUNDS_MS, type Counts, type Histogram, SUM_AT, type Sums } from "./counts.ts";
import type { OriginSeen } from "./origins-seen.ts";

export interface CountedSite {
  readonly site: string;
  /** Undefined if its keeper could not be asked. */
  readonly totals: Counts | undefined;
  readonly origins?: readonly OriginSeen[];
}

export function prometheusText(sites: readonly CountedSite[]): string {
  const counted = sites.flatMap(({ site, totals }) => (totals ? [{ site, totals }] : []));
  const sums = (pick: (counts: Counts) => Sums, names: readonly string[]) => (name: string) =>
    counted.flatMap(({ site, totals }) =>
      Object.entries(pick(totals)).map(
        ([key, count]) => `${name}${labels({ site, ...named(names, key) })} ${count}`,
      ),
    );
  const ofOrigins =
    (
      valuesOf: (origin: OriginSeen) => readonly (readonly [labels: Record<string, string>, value: number])[],
    ) =>
    (name: string) =>
      sites.flatMap(({ site, origins = [] }) =>
        origins.flatMap((seen) =>
          valuesOf(seen).map(
            ([more, value]) =>
              `${name}${labels({ site, pool: seen.pool, origin: seen.origin, ...more })} ${value}`,
          ),
        ),
      );
  return [
    ...family(
      "headgate_keeper_up",
      "gauge",
      "Whether the keeper of the site answered (1) or not (0).",
      (name) => sites.map(({ site, totals }) => `${name}${labels({ site })} ${totals ? 1 : 0}`),
    ),
    ...family(
      "headgate_requests_total",
      "counter",
      "Requests, by what the cache did for them and the class of their status.",
      sums(({ requests }) => requests, ["route", "cache", "status"]),
    ),
    ...family(
      "headgate_request_duration_seconds",
      "histogram",
      "From the arrival of a request until the header of its response was ready.",
      (name) =>
        counted.flatMap(({ site, totals }) =>
          Object.entries(totals.durations).flatMap(([route, one]) =>
            histogramLines(name, { site, route }, one),
          ),
        ),
    ),
    ...family(
      "headgate_origin_attempts_total",
      "counter",
      "Requests that were sent to origins, by the number of the attempt and its outcome.",
      sums(({ attempts }) => attempts, ["pool", "origin", "attempt", "outcome"]),
    ),
    ...family(
      "headgate_refusals_total",
      "counter",
      "Requests that the edge refused, by the reason.",
      sums(({ refusals }) => refusals, ["reason"]),
    ),
    ...family(
      "headgate_origin_up",
      "gauge",
      "Whether the probes find the origin to be good (1) or down (0).",
      ofOrigins(({ probes, down }) => (probes ? [[{}, down ? 0 : 1]] : [])),
    ),
    ...family(
      "headgate_origin_drained",
      "gauge",
      "Whether an operator has drained the origin (1) or not (0).",
      ofOrigins(({ drained }) => [[{}, drained ? 1 : 0]]),
    ),
    ...family(
      "headgate_origin_probes_total",
      "counter",
      "Probes of the origin, by whether they passed or failed.",
      ofOrigins(({ probes }) =>
        probes
          ? [
              [{ outcome: "passed" }, probes.passed],
              [{ outcome: "failed" }, probes.failed],
            ]
          : [],
      ),
    ),
    "",
  ].join("\n");
}

function family(name: string, type: string, help: string, linesOf: (name: string) => string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...linesOf(name)];
}

function histogramLines(name: string, of: Record<string, string>, histogram: Histogram): string[] {
  let count = 0;
  const buckets = [...BOUNDS_MS.map((ms) => String(ms / 1_000)), "+Inf"].map((le, at) => {
    count += histogram[at] ?? 0;
    return `${name}_bucket${labels({ ...of, le })} ${count}`;
  });
  return [
    ...buckets,
    `${name}_sum${labels(of)} ${(histogram[SUM_AT] ?? 0) / 1_000}`,
    `${name}_count${labels(of)} ${count}`,
  ];
}

const named = (names: readonly string[], key: string): Record<string, string> =>
  Object.fromEntries(key.split(" ").map((word, at) => [names[at] ?? `more${at}`, word]));

const labels = (of: Record<string, string>): string =>
  `{${Object.entries(of)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`)
    .join(",")}}`;
