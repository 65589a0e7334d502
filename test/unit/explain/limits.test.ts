// What explain, and the tests of a site file, say of limits.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { failuresOfTest } from "../../../worker/explaining/test-failures.ts";
import { aSite, facts } from "./imagine.ts";

type Limits = NonNullable<SiteFile["limit"]>;

const limited = (limit: Limits, ofSite?: Limits) =>
  aSite({ ...(ofSite && { limit: ofSite }), routes: [{ id: "api", to: "web", limit }] });

const explained = (limit: Limits, usedUp: readonly string[] = [], stored?: object) =>
  explain(limited(limit), {
    ...facts("https://shop.test/"),
    usedUp,
    ...(stored && { stored: { status: 200, headers: [["cache-control", "max-age=60"]], ageMs: 0 } }),
  });

const ONE: Limits = { rate: 10, per: "1m" };

describe("explain", () => {
  it("lists the limits that a request meets, and what a first one would be told", () => {
    const { admission, answer, refusal } = explained([
      { ...ONE, fields: "always" },
      { name: "hour", rate: 50, per: "1h", when: "miss", fields: "always" },
    ]);
    expect(admission).toEqual([
      { name: "limit", which: "api", wants: "10 per 1m by ip", verdict: "pass", because: null },
      {
        name: "limit",
        which: "hour",
        wants: "50 per 1h by ip, on a miss only",
        verdict: "pass",
        because: null,
      },
    ]);
    expect(refusal).toBeNull();
    expect(answer.headers).toContainEqual(["ratelimit", '"api";r=9;t=6, "hour";r=49;t=72']);
  });

  it("says what happens to a client who has used one up", () => {
    const { admission, refusal, answer } = explained(ONE, ["api"]);
    expect(admission.at(-1)).toMatchObject({ verdict: "refused", because: "too-many-requests" });
    expect([refusal?.reason, answer.status]).toEqual(["too-many-requests", 429]);
    expect(answer.headers).toContainEqual(["retry-after", "6"]);
  });

  it("says that one which only observes would refuse", () => {
    const { admission, refusal } = explained({ ...ONE, mode: "observe" }, ["api"]);
    expect(admission.at(-1)).toMatchObject({ verdict: "observed", because: "too-many-requests" });
    expect(refusal).toBeNull();
  });

  it("lets what is stored pass where only a miss counts", () => {
    expect(explained({ ...ONE, when: "miss" }, ["api"], {}).refusal).toBeNull();
    expect(explained({ ...ONE, when: "miss" }, ["api"]).refusal?.reason).toBe("too-many-requests");
  });

  it("knows the requests under way as well", () => {
    expect(explained({ maxInFlight: 2 }, ["api"]).answer.headers).toContainEqual([
      "ratelimit-policy",
      '"api-in-flight";q=2;qu="concurrent-requests"',
    ]);
  });
});

describe("a test in a site file", () => {
  const failuresWith = (request: object, expected: object) => {
    const file = {
      hosts: ["shop.test"],
      limit: { rate: 100, per: "1m" },
      routes: [{ id: "api", respond: {}, limit: ONE }],
      tests: [{ request: { url: "https://shop.test/", ...request }, expect: expected }],
    };
    const read = validateSite(file);
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const [test] = read.value.tests;
    if (!test) throw new Error("no test");
    return failuresOfTest(test, compileSite(read.value, "v1"), read.value.hosts, 0);
  };

  it("expects limits by their names, in their order", () => {
    expect(failuresWith({}, { limits: ["site", "api"] })).toEqual([]);
    expect(failuresWith({}, { limits: ["api", "site"] })).toEqual([
      { expectation: "limits", expected: "api, site", actual: "site, api" },
    ]);
    expect(failuresWith({}, { limits: [] })).toHaveLength(1);
    expect(failuresWith({ usedUp: ["site"] }, { limits: ["site"] })).toEqual([]);
  });

  it("gives a limit as used up", () => {
    expect(failuresWith({ usedUp: ["api"] }, { reason: "too-many-requests", status: 429 })).toEqual([]);
    expect(failuresWith({}, { status: 200 })).toEqual([]);
  });

  it("names only limits that the site has", () => {
    const tests = [
      { request: { url: "https://shop.test/", usedUp: ["apu"] }, expect: { limits: ["api", "web"] } },
    ];
    const read = validateSite({
      hosts: ["shop.test"],
      routes: [{ id: "api", respond: {}, limit: ONE }],
      tests,
    });
    expect(read.ok ? [] : read.error.map(({ path, message, hint }) => `${path} ${message}; ${hint}`)).toEqual(
      [
        "tests[0].request.usedUp[0] `apu` is not a limit of this site; did you mean `api`?",
        "tests[0].expect.limits[1] `web` is not a limit of this site; undefined",
      ],
    );
  });
});
