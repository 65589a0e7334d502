// Runs the tests of a site file against that file alone, and reports the results. Pure: a test asks what would be decided,
// which needs no origin.
import type { SiteTest } from "../shared/site/schema.ts";
import { compileSite } from "../worker/compile-site.ts";
import { type Failure, failuresOf } from "../worker/explaining/expectations.ts";
import { explainBriefly } from "../worker/explaining/explain.ts";
import { factsOf } from "../worker/explaining/facts.ts";
import { readRequest } from "../worker/routing/read-request.ts";
import type { CompiledSite } from "../worker/site.ts";
import { type LoadedSite, pickSite } from "./load-sites.ts";
import { plural } from "./printing/problem-list.ts";
import { type Paint, visible } from "./printing/terminal-text.ts";

export interface TestRun {
  readonly name: string;
  /** Empty if it passes. */
  readonly failures: readonly Failure[];
}

export function runTests(loaded: LoadedSite, now: number): TestRun[] {
  if (loaded.site.tests.length === 0) return [];
  const compiled = compileSite(loaded.site, loaded.version);
  return loaded.site.tests.map((test) => ({
    name: test.name ?? `${test.request.method} ${test.request.url}`,
    failures: runTest(test, loaded, compiled, now),
  }));
}

function runTest(
  { request, stored, expect }: SiteTest,
  loaded: LoadedSite,
  compiled: CompiledSite,
  now: number,
): Failure[] {
  const { method, url, headers, ip, country } = request;
  const facts = factsOf({
    method,
    url,
    headers: Object.entries(headers),
    ip,
    country,
    now,
    stored: imagined(stored),
  });
  const read = readRequest(facts.line, facts.peer);
  const served = read.ok && pickSite([loaded], read.value.host) !== undefined;
  return failuresOf(expect, explainBriefly(served ? compiled : undefined, facts));
}

const imagined = (stored: SiteTest["stored"]) =>
  stored && { status: stored.status, headers: Object.entries(stored.headers), ageMs: stored.age };

/** One line for each test. Under a failed test, every expectation that did not hold. */
export function testReport(file: string, runs: readonly TestRun[], paint: Paint): string {
  if (runs.length === 0) return `${paint("bold", file)}  no tests`;
  return [paint("bold", file), ...runs.map((run) => formatRun(run, paint))].join("\n");
}

function formatRun({ name, failures }: TestRun, paint: Paint): string {
  if (failures.length === 0) return `  ${paint("green", "ok")}    ${visible(name)}`;
  const details = failures.flatMap(({ expectation, expected, actual }) => [
    `          ${visible(expectation)}: expected ${visible(expected)}`,
    `          ${" ".repeat(visible(expectation).length)}    actual ${visible(actual)}`,
  ]);
  return [`  ${paint("red", "FAIL")}  ${visible(name)}`, ...details].join("\n");
}

export function testSummary(runs: readonly TestRun[], paint: Paint): string {
  const failed = runs.filter(({ failures }) => failures.length > 0).length;
  const passed = runs.length - failed;
  const text = `${plural(runs.length, "test")}: ${passed} passed, ${failed} failed`;
  return paint(failed === 0 ? "green" : "red", text);
}
