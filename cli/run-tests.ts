// Runs the tests of a site file against that file alone. Pure: a test asks what would be decided, which needs no
// origin.
import type { SiteTest } from "../shared/site/schema.ts";
import { compileSite } from "../worker/compile-site.ts";
import { type Failure, failuresOf } from "../worker/explaining/expectations.ts";
import { explainBriefly } from "../worker/explaining/explain.ts";
import { factsOf } from "../worker/explaining/facts.ts";
import { readRequest } from "../worker/routing/read-request.ts";
import type { CompiledSite } from "../worker/site.ts";
import type { LoadedSite } from "./load-sites.ts";
import { pickSite } from "./pick-site.ts";

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
