// What is decided of a request before anything is asked: which route takes it, whether it may proceed, and who answers.
import { describe, expect, it } from "vitest";
import { decide } from "../../worker/decision.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../../worker/keeping/snapshot.ts";
import { NO_SWITCHES, type Switches } from "../../worker/keeping/switch-command.ts";
import { type AskedOptions, anAsked, aSite } from "../support/asked.ts";

const SITE = aSite({
  pools: {
    web: { origins: [{ id: "a", url: "http://origin.test" }] },
    other: { origins: [{ id: "b", url: "http://other.test" }] },
  },
  routes: [
    { id: "teapot", match: { path: "/teapot" }, respond: { status: 418, body: "short and stout" } },
    { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
    { id: "other", match: { path: "/other/*" }, to: "other" },
    { id: "new", match: { path: "/new/*" }, cache: { ttl: "1m" }, to: "web" },
  ],
});
const VISIT = { requestId: "own-id", startedAt: 0 };

const decided = (path: string, options: AskedOptions = {}, snapshot = EMPTY_SNAPSHOT) =>
  decide(SITE, anAsked(`http://a.test${path}`, options), VISIT, snapshot);

const switched = (switches: Partial<Switches>): Snapshot => ({
  ...EMPTY_SNAPSHOT,
  revision: 1,
  switches: { ...NO_SWITCHES, ...switches },
});

function answered(path: string, options: AskedOptions = {}, snapshot = EMPTY_SNAPSHOT) {
  const decision = decided(path, options, snapshot);
  if (decision.kind !== "answer") throw new Error("an origin or the store would answer");
  return decision.outcome;
}

describe("the edge answers itself", () => {
  it.each([
    ["where no route takes the request", "/nowhere", {}, 404, "no-route", undefined],
    [
      "where the request has been here before",
      "/new/a",
      { headers: { "cdn-loop": SITE.loopToken } },
      508,
      "loop",
      "new",
    ],
    ["where a GET has a body", "/new/a", { headers: { "content-length": "1" } }, 400, "body-refused", "new"],
    [
      "where a further URL leads to other origins",
      "/new/a",
      { method: "MOVE", headers: { destination: "/other/a" } },
      403,
      "destination-refused",
      "new",
    ],
    [
      "where OPTIONS may go no further (RFC 9110 §7.6.2)",
      "/new/a",
      { method: "OPTIONS", headers: { "max-forwards": "0" } },
      204,
      undefined,
      "new",
    ],
    ["where the route has a fixed response", "/teapot", {}, 418, undefined, "teapot"],
    ["where the route redirects", "/old/a", {}, 308, undefined, "moved"],
  ] as [string, string, AskedOptions, number, string | undefined, string | undefined][])(
    "%s",
    (_what, path, options, status, reason, route) => {
      const { reply, refusal, matched, asked, site } = answered(path, options);
      expect([reply.status, refusal?.reason, matched?.route.id]).toEqual([status, reason, route]);
      expect([asked?.path, site]).toEqual([path, SITE]);
    },
  );

  it("without content where OPTIONS may go no further", () => {
    const { reply } = answered("/new/a", { method: "OPTIONS", headers: { "max-forwards": "0" } });
    expect([reply.body, [...reply.headers]]).toEqual([null, []]);
  });

  it("with the id of the request in its refusals", () => {
    expect(JSON.parse(String(answered("/nowhere").reply.body))).toMatchObject({ requestId: "own-id" });
  });
});

describe("an origin or the store answers", () => {
  it("where the route leads to a pool and nothing objects", () => {
    const decision = decided("/new/a?b");
    if (decision.kind !== "forward") throw new Error("the edge answers itself");
    const { known, action } = decision;
    expect([known.matched.route.id, known.asked.query, action.pool.id]).toEqual(["new", "b", "web"]);
    expect(known.snapshot).toBe(EMPTY_SNAPSHOT);
  });

  it("and what the origin would be asked is made when it is needed, and once", () => {
    const decision = decided("/new/a", { method: "MOVE", headers: { destination: "/new/b" } });
    if (decision.kind !== "forward") throw new Error("the edge answers itself");
    const ask = decision.ask();
    expect(decision.ask()).toBe(ask);
    expect([ask.method, ask.target, ask.headers.get("x-request-id")]).toEqual(["MOVE", "/new/a", "own-id"]);
    expect(ask.otherUrls.map(({ field }) => field)).toEqual(["destination"]);
  });
});

describe("a switch of the site", () => {
  it("maintenance: no origin is asked, and the answer says when to come back", () => {
    const snapshot = switched({ maintenance: { retryAfterSeconds: 60 } });
    const { reply, refusal } = answered("/new/a", {}, snapshot);
    expect([refusal?.reason, reply.status, reply.headers.get("retry-after")]).toEqual([
      "maintenance",
      503,
      "60",
    ]);
  });

  it.each([
    ["/teapot", 418],
    ["/old/a", 308],
    ["/nowhere", 404],
  ])("maintenance: %s, which leads to no origin, goes on", (path, status) => {
    const snapshot = switched({ maintenance: { retryAfterSeconds: 60 } });
    expect(answered(path, {}, snapshot).reply.status).toBe(status);
  });

  it.each(["/new/a", "/teapot", "/old/a", "/nowhere"])("kill: nothing is said under %s", (path) => {
    const outcome = answered(path, {}, switched({ kill: true }));
    expect([outcome.refusal?.reason, outcome.reply.status, outcome.matched]).toEqual([
      "site-off",
      503,
      undefined,
    ]);
    expect(outcome.site).toBe(SITE);
  });

  it("kill: the paths of the edge itself stay refused as such", () => {
    expect(answered("/.headgate/x", {}, switched({ kill: true })).refusal?.reason).toBe("reserved-path");
  });

  it("cacheOff: the request goes to the origin past the cache", () => {
    const forwarded = (snapshot: Snapshot) => {
      const decision = decided("/new/a", {}, snapshot);
      if (decision.kind !== "forward") throw new Error("the edge answers itself");
      return decision.action;
    };
    const off = forwarded(switched({ cacheOff: true }));
    const on = forwarded(switched({}));
    expect(off).toEqual({ ...on, cache: null });
    expect(on.cache).not.toBeNull();
  });

  it("cacheOff: what the edge answers itself is not touched", () => {
    expect(answered("/teapot", {}, switched({ cacheOff: true })).reply.status).toBe(418);
  });
});

it("what was shared before anything was shared has the revision 0: any that is published is newer", () => {
  expect(EMPTY_SNAPSHOT.revision).toBe(0);
});
