// What a limit may not say, and what it says in vain.
import { describe, expect, it } from "vitest";
import { hashPassword } from "../../../cli/hashing/hash-password.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { limitsInVain } from "../../../shared/site/warnings/limits-in-vain.ts";
import { aSite, problemsIn } from "./fixtures.ts";

const limited = (limit: unknown, route: object = { to: "web" }) =>
  aSite({ routes: [{ id: "api", ...route, limit }] });

describe("a limit has a fault", () => {
  it.each([
    [{}, "limit  limits nothing; write `rate` and `per`, or `maxInFlight`"],
    [{ rate: 5 }, "limit.rate  needs a time; write `per: 1m`"],
    [{ per: "1m" }, "limit.per  needs a `rate`: how many requests in this time"],
    [{ rate: 5, per: "10ms" }, "limit.per  is too small; write at least 1s"],
    [
      { rate: 5, per: "1m", cost: 9 },
      "limit.cost  is more than there ever is (`burst`: 5), so no request would pass",
    ],
    [
      { rate: 5, per: "1m", by: "path" },
      "limit.by  is not a key to count by; write ip, subject, route, host, header:NAME or cookie:NAME",
    ],
    [
      { rate: 5, per: "1m", by: ["header:Host"] },
      "limit.by[0]  is compared as the client spells it; write host",
    ],
    [
      { rate: 5, per: "1m", cost: { statuses: { "9xx": 1 } } },
      'limit.cost.statuses["9xx"]  is not a status; write 401, or 4xx for all of them',
    ],
    [
      { rate: 5, per: "1m", strength: "platform", burst: 2 },
      "limit.burst  is not known to the platform; leave it out",
    ],
    [
      { rate: 5, per: "30s", strength: "platform" },
      "limit.per  is not counted by the platform; write 10s or 1m",
    ],
    [
      { rate: 5, per: "10s", strength: "platform", cost: 2 },
      "limit.cost  cannot be had from the platform, where a request takes 1 and a status at most 10 more",
    ],
    [
      [
        { rate: 5, per: "1m" },
        { rate: 50, per: "1h" },
      ],
      "limit[1]  `api` is already the name of another limit; give each its own `name`, or the same settings on several routes to count them together",
    ],
  ])("%j", (limit, problem) => {
    expect(problemsIn(limited(limit))).toEqual([`routes[0].${problem}`]);
  });

  it("of a name that another route's limit has with other settings", () => {
    const routes = (burst: number) => [
      { id: "a", to: "web", match: { path: "/a" }, limit: { name: "login", rate: 5, per: "1m" } },
      { id: "b", to: "web", limit: { name: "login", rate: 5, per: "1m", burst } },
    ];
    expect(problemsIn(aSite({ routes: routes(2) }))).toHaveLength(1);
    const [a, b] = routes(2);
    expect(problemsIn(aSite({ routes: [a, { ...b, limit: a?.limit }] }))).toEqual([]);
  });

  // A request of the route meets both, so it would be counted twice, and of one place under way it would need two.
  it.each([
    ["the id of a route", { id: "site", limit: { maxInFlight: 1 } }, { maxInFlight: 1 }, "limit"],
    [
      "a name of its own",
      { id: "a", limit: { name: "all", maxInFlight: 1 } },
      { name: "all", maxInFlight: 1 },
      "limit.name",
    ],
  ])(
    "of the name that a limit of the site has, with the same settings too: %s",
    (_what, route, limit, place) => {
      const [problem, ...more] = problemsIn(aSite({ limit, routes: [{ to: "web", ...route }] }));
      expect(problem).toContain(`routes[0].${place}  `);
      expect(problem).toContain("is already the name of another limit");
      expect(more).toEqual([]);
    },
  );
});

describe("a limit has none", () => {
  it.each([
    { rate: 5, per: "1m" },
    { maxInFlight: 3 },
    { rate: 5, per: "1m", burst: 1, maxInFlight: 3, by: ["ip", "host", "route", "subject"] },
    { rate: 5, per: "1m", cost: { request: 0, statuses: { 401: 5, "4xx": 1 } } },
    { rate: 5, per: "10s", strength: "platform", cost: { statuses: { 401: 4 } } },
    [
      { rate: 5, per: "1m" },
      { name: "hourly", rate: 50, per: "1h", by: "cookie:session" },
    ],
  ])("%j", (limit) => {
    expect(problemsIn(limited(limit))).toEqual([]);
  });
});

describe("a limit holds nobody up", () => {
  const warningsOf = (file: unknown) => {
    const site = validateSite(file);
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    return limitsInVain(site.value).map(({ path, message }) => `${path}  ${message}`);
  };
  const AUTH = { basic: { users: { ann: hashPassword("secret") } } };
  const BY_HEADER = { rate: 5, per: "1m", by: "header:x-api-key" };

  it("if it counts on a miss only, on a route without an origin", () => {
    const limit = { rate: 5, per: "1m", when: "miss" };
    expect(warningsOf(limited(limit, { respond: {} }))).toEqual([
      "routes[0].limit.when  never counts: the edge answers requests of this route by itself",
    ]);
    expect(warningsOf(limited(limit))).toEqual([]);
  });

  it("if it counts failures only, and nothing bounds how many are tried at once", () => {
    const guesses = { rate: 5, per: "1m", cost: { request: 0, statuses: { 401: 1 } } };
    const warning =
      "routes[0].limit.cost  counts when a response has come: of requests sent at once all pass; add `maxInFlight`";
    expect(warningsOf(limited(guesses))).toEqual([warning]);
    expect(warningsOf(limited({ ...guesses, maxInFlight: 2 }))).toEqual([]);
    expect(warningsOf(limited({ ...guesses, mode: "observe" }))).toEqual([]);
    const beside = { name: "all", rate: 9, per: "1m" };
    expect(warningsOf(limited([guesses, beside]))).toEqual([]);
    expect(warningsOf(limited([guesses, { ...beside, mode: "observe" }]))).toHaveLength(1);
    const route = { id: "api", to: "web", limit: guesses };
    expect(warningsOf(aSite({ limit: beside, routes: [route] }))).toEqual([]);
  });

  it("if it counts by what a client may write anew each time", () => {
    const warning = (what: string) =>
      `routes[0].limit.by  holds up nobody who sends another ${what} each time; add a limit by ip`;
    expect(warningsOf(limited(BY_HEADER))).toEqual([warning("header")]);
    expect(warningsOf(limited({ ...BY_HEADER, by: ["ip", "cookie:a", "header:b"] }))).toEqual([
      warning("cookie or header"),
    ]);
  });

  it("if it counts by who has authenticated, where nobody does", () => {
    const limit = { rate: 5, per: "1m", by: "subject" };
    const warning =
      "routes[0].limit.by  counts all requests as those of nobody: no client authenticates here";
    expect(warningsOf(limited(limit))).toEqual([warning]);
    expect(warningsOf(limited(limit, { to: "web", auth: "off" }))).toEqual([warning]);
    expect(warningsOf(limited(limit, { to: "web", auth: AUTH }))).toEqual([]);
    expect(warningsOf({ ...(limited(limit) as object), auth: AUTH })).toEqual([]);
  });

  it.each([
    ["another limit of the route counts by ip", limited([BY_HEADER, { name: "all", rate: 50, per: "1m" }])],
    ["a limit of the site does", { ...(limited(BY_HEADER) as object), limit: { rate: 50, per: "1m" } }],
    ["it only observes", limited({ ...BY_HEADER, mode: "observe" })],
    [
      "it counts by who has authenticated as well",
      limited({ ...BY_HEADER, by: ["subject", "header:x"] }, { to: "web", auth: AUTH }),
    ],
  ])("but not if %s", (_what, file) => {
    expect(warningsOf(file)).toEqual([]);
  });
});
