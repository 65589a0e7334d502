import { parseList } from "structured-headers";
import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../../shared/secrets/site-secrets.ts";
import type { SiteFile } from "../../../../shared/site/schema.ts";
import { validateSite } from "../../../../shared/site/validate.ts";
import type { Inquiry } from "../../../../worker/admission/admission.ts";
import { compileAdmission } from "../../../../worker/admission/compile-admission.ts";
import {
  compileLimits,
  costOfStatus,
  type Limit,
  type Rate,
} from "../../../../worker/admission/limits/limit.ts";
import { ifAdmitted, ifFailed, ifFull, leastOf } from "../../../../worker/admission/limits/limit-findings.ts";

type Limits = SiteFile["limit"];

function compiled(ofSite: Limits, ofRoute?: Limits) {
  const site = validateSite({
    hosts: ["a.test"],
    routes: [{ id: "api", respond: {}, limit: ofRoute }],
    limit: ofSite,
  } satisfies SiteFile);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return { site: site.value, route: site.value.routes[0] };
}

function aLimit(rest: object = {}): Limit & { readonly rate: Rate } {
  const { site } = compiled({ rate: 100, per: "1m", fields: "always", ...rest });
  const [limit] = compileLimits(site);
  if (!limit?.rate) throw new Error("no rate");
  return { ...limit, rate: limit.rate };
}

describe("the limits of a route", () => {
  it("are those of the site, and then its own", () => {
    const { site, route } = compiled({ rate: 1, per: "1s" }, { rate: 2, per: "1s" });
    expect(compileLimits(site, route).map(({ name }) => name)).toEqual(["site", "api"]);
    expect(compileLimits(site).map(({ name }) => name)).toEqual(["site"]);
  });

  it("hold a bucket of `rate` units unless they name a burst", () => {
    expect(aLimit().rate.shape).toEqual({ perUnitMs: 600, burst: 100 });
    expect(aLimit({ burst: 5 }).rate.shape).toEqual({ perUnitMs: 600, burst: 5 });
  });

  it("count in one place wherever they have the same name and settings, and only there", () => {
    const login = { name: "login", rate: 2, per: "1s" };
    const { site, route } = compiled(undefined, login);
    const [one] = compileLimits(site, route);
    const [other] = compileLimits(site, { id: "another", limit: route?.limit });
    expect(one?.counts).toMatch(/^a\.test login /);
    expect(other?.counts).toBe(one?.counts);
    expect(aLimit({ burst: 5 }).counts).not.toBe(aLimit().counts);
    expect(aLimit({ by: "host" }).counts).not.toBe(aLimit().counts);
    expect(aLimit().counts).toMatch(/^a\.test site /);
  });

  it("say in words what they limit", () => {
    expect(aLimit().wants).toBe("100 per 1m by ip");
    expect(
      aLimit({
        burst: 5,
        maxInFlight: 3,
        by: ["ip", "header:X-Key"],
        cost: { request: 0, statuses: { 401: 2 } },
        strength: "exact",
        when: "miss",
        mode: "observe",
      }).wants,
    ).toBe(
      "100 per 1m, 5 at once, 3 under way by ip and header x-key, a request takes 0, 401 takes 2, exact, on a miss only, observed only",
    );
  });

  it("charge the status, or else its class", () => {
    const { rate } = aLimit({ cost: { statuses: { 401: 5, "4xx": 1 } } });
    expect([401, 404, 200, 500].map((status) => costOfStatus(rate, status))).toEqual([5, 1, 0, 0]);
  });
});

describe("the questions of a route", () => {
  const admissionOf = (limit: Limits) => {
    const { site, route } = compiled(undefined, limit);
    return compileAdmission(site, { identity: null, secrets: STAND_INS }, route);
  };
  const namesIn = (inquiries: readonly Inquiry[] | undefined) =>
    inquiries?.flatMap((inquiry) => (inquiry.kind === "limit" ? [inquiry.limit.name] : []));

  it("are none without a limit", () => {
    expect(admissionOf(undefined)).toBeNull();
  });

  it("come in this order: what needs nobody's name, then by subject", () => {
    const admission = admissionOf([
      { name: "who", rate: 1, per: "1s", by: "subject" },
      { name: "where", rate: 1, per: "1s" },
    ]);
    expect(namesIn(admission?.inquiries)).toEqual(["where", "who"]);
  });

  it("wait for the way to an origin if only a miss counts, but not with the requests under way", () => {
    const admission = admissionOf([
      { name: "miss", rate: 1, per: "1s", when: "miss" },
      { name: "both", rate: 1, per: "1s", when: "miss", maxInFlight: 1 },
    ]);
    expect(namesIn(admission?.inquiries)).toEqual(["both"]);
    expect(namesIn(admission?.onMiss)).toEqual(["miss", "both"]);
  });
});

describe("what a client is told", () => {
  const told = (finding: ReturnType<typeof ifAdmitted>) =>
    Object.fromEntries(
      (finding.kind === "pass"
        ? finding.replyFields
        : finding.kind === "refused"
          ? finding.fields
          : undefined
      )?.map(([name, value]) => [name, parseList(value)]) ?? [],
    );
  const admitted = { admitted: true, remaining: 94, retryAfterMs: 0, fullInMs: 3_600 };
  const refused = { admitted: false, remaining: 0, retryAfterMs: 601, fullInMs: 60_000 };
  const settled = () => {};

  // draft-ietf-httpapi-ratelimit-headers-11: lists of strings with integers.
  it("is the policy and what is left, as structured fields", () => {
    const limit = aLimit();
    expect(told(ifAdmitted(limit, limit.rate, admitted, settled))).toEqual({
      "ratelimit-policy": [
        [
          "site",
          new Map([
            ["q", 100],
            ["w", 60],
          ]),
        ],
      ],
      ratelimit: [
        [
          "site",
          new Map([
            ["r", 94],
            ["t", 4],
          ]),
        ],
      ],
    });
  });

  it("is when to come again if it is refused: as Retry-After says, and never sooner", () => {
    const limit = aLimit();
    const finding = ifAdmitted(limit, limit.rate, refused, settled);
    expect(finding).toMatchObject({
      kind: "refused",
      refusal: { reason: "too-many-requests", limit: "site", retryAfterSeconds: 1 },
    });
    expect(told(finding).ratelimit).toEqual([
      [
        "site",
        new Map([
          ["r", 0],
          ["t", 1],
        ]),
      ],
    ]);
  });

  it("is the policy alone where nobody tells what is left", () => {
    const limit = aLimit();
    const finding = ifAdmitted(limit, limit.rate, { ...admitted, remaining: undefined }, settled);
    expect(Object.keys(told(finding))).toEqual(["ratelimit-policy"]);
  });

  it.each([
    ["always", true, true],
    ["refused", false, true],
    ["never", false, false],
  ])("is what the site wants: %s", (fields, ifPassed, ifRefused) => {
    const limit = aLimit({ fields });
    const tells = (finding: ReturnType<typeof ifAdmitted>) => Object.keys(told(finding)).length > 0;
    expect(tells(ifAdmitted(limit, limit.rate, admitted, settled))).toBe(ifPassed);
    expect(tells(ifAdmitted(limit, limit.rate, refused, settled))).toBe(ifRefused);
    expect(tells(ifFull(limit, 3))).toBe(ifRefused);
  });

  it("is nothing by a limit that only observes, which refuses nothing", () => {
    const limit = aLimit({ mode: "observe" });
    expect(ifAdmitted(limit, limit.rate, refused, settled)).toEqual({
      kind: "pass",
      observed: "too-many-requests",
    });
    expect(ifFull(limit, 3)).toEqual({ kind: "pass", observed: "too-many-requests" });
    expect(told(ifAdmitted(limit, limit.rate, admitted, settled))).toEqual({});
  });

  it("names the requests under way as another policy, of another unit", () => {
    expect(told(ifFull(aLimit(), 3))).toEqual({
      "ratelimit-policy": [
        [
          "site-in-flight",
          new Map<string, unknown>([
            ["q", 3],
            ["qu", "concurrent-requests"],
          ]),
        ],
      ],
      ratelimit: [
        [
          "site-in-flight",
          new Map([
            ["r", 0],
            ["t", 1],
          ]),
        ],
      ],
    });
  });

  it("is the least of what its keys have left", () => {
    expect(leastOf(undefined, admitted)).toBe(admitted);
    expect(leastOf(admitted, { ...admitted, remaining: 3 }).remaining).toBe(3);
    expect(leastOf({ ...admitted, remaining: 3 }, admitted).remaining).toBe(3);
    expect(leastOf(admitted, refused)).toBe(refused);
  });
});

describe("a limit that nobody counts", () => {
  it("lets pass, or refuses where the site says so", () => {
    const limit = aLimit();
    expect(ifFailed(limit, limit.rate)).toEqual({ kind: "pass" });
    const strict = aLimit({ onFailure: "refuse" });
    expect(ifFailed(strict, strict.rate)).toEqual({
      kind: "refused",
      refusal: { reason: "limiter-unavailable", limit: "site" },
    });
    const observing = aLimit({ onFailure: "refuse", mode: "observe" });
    expect(ifFailed(observing, observing.rate)).toEqual({ kind: "pass", observed: "limiter-unavailable" });
  });
});
