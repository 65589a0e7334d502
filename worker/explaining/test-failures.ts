// Do the tests of a site file hold for this site? Pure: a test asks what would be decided, which needs no origin.
import type { SiteTest } from "../../shared/site/schema.ts";
import { hostPatterns } from "../routing/hosts.ts";
import { askedIn, readRequest } from "../routing/read-request.ts";
import type { CompiledSite } from "../site.ts";
import { type Failure, failuresOf } from "./expectations.ts";
import { explainBriefly } from "./explain.ts";
import { factsOf } from "./facts.ts";

/** Empty if the test passes. `hosts`: the patterns of the site. */
export function failuresOfTest(
  { request, stored, expect }: SiteTest,
  compiled: CompiledSite,
  hosts: readonly string[],
  now: number,
): Failure[] {
  const { method, url, headers, ip, country, asn, lists, usedUp, claims } = request;
  const facts = factsOf({
    method,
    url,
    headers: Object.entries(headers),
    ip,
    country,
    asn,
    lists,
    usedUp,
    claims,
    now,
    stored: imagined(stored),
  });
  const asked = askedIn(readRequest(facts.line, facts.peer));
  const isServed = asked && [...hostPatterns(asked.host)].some((pattern) => hosts.includes(pattern));
  return failuresOf(expect, explainBriefly(isServed ? compiled : undefined, facts));
}

const imagined = (stored: SiteTest["stored"]) =>
  stored && { status: stored.status, headers: Object.entries(stored.headers), ageMs: stored.age };

export const nameOfTest = (test: SiteTest): string =>
  test.name ?? `${test.request.method} ${test.request.url}`;
