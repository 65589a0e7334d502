// The whole comparison of two versions of a site: what changes in the file, what is decided differently, and what the tests of each
// say of the other. Pure.
import type { ImaginedRequest } from "../../worker/explaining/facts.ts";
import { hasFailed, runTests, type Tested, type TestRun } from "../run-tests.ts";
import { type ComparedRequest, comparedRequests, requestOf } from "./decisions.ts";
import { changesBetween, type SiteChange } from "./site-changes.ts";

export interface ComparedVersion extends Tested {
  readonly json: string;
  /** As the user named it: a version, or a file. */
  readonly name: string;
}

export interface Comparison {
  readonly a: ComparedVersion;
  readonly b: ComparedVersion;
  readonly changes: readonly SiteChange[];
  /** The requests of the tests of both, and those that were asked for. */
  readonly requests: readonly ComparedRequest[];
  /** The tests of `a` that `b` fails: what was promised, and does not hold any more. */
  readonly broken: readonly TestRun[];
  /** The tests of `b` that `a` fails: what is new. */
  readonly fresh: readonly TestRun[];
}

export function compareSites(
  a: ComparedVersion,
  b: ComparedVersion,
  urls: readonly { readonly method: string; readonly url: string }[],
  now: number,
): Comparison {
  const asked = urls.map(({ method, url }) => ({
    method,
    url,
    headers: [],
    ip: undefined,
    country: undefined,
    now,
  }));
  const tested = [a, b].flatMap(({ site }) => site.tests.map((test) => requestOf(test, now)));
  const changes = changesBetween(withoutTests(a), withoutTests(b));
  return {
    a,
    b,
    changes,
    requests: comparedRequests([a, b], once([...tested, ...asked])),
    broken: failingIn(b, a, now),
    fresh: failingIn(a, b, now),
  };
}

const withoutTests = (version: ComparedVersion) => ({ ...version, site: { ...version.site, tests: [] } });

/** The tests that hold in their own version, and not in this one. */
function failingIn(served: ComparedVersion, owner: ComparedVersion, now: number): TestRun[] {
  const own = runTests(owner, now);
  const site = { ...served.site, tests: owner.site.tests };
  const there = runTests({ ...served, site, locate: owner.locate }, now);
  return there.filter((run, at) => hasFailed(run) && own[at] !== undefined && !hasFailed(own[at]));
}

/** Both versions have most tests in common. */
const once = (requests: readonly ImaginedRequest[]): ImaginedRequest[] => [
  ...new Map(requests.map((request) => [JSON.stringify(request), request])).values(),
];
