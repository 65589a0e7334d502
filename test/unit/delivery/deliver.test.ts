// The answer as the client gets it: in which order it is dressed, and what the edge tells of itself.

import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import type { HeaderEditsConfig, SiteFile } from "../../../shared/site/schema.ts";
import { deliver } from "../../../worker/delivery/deliver.ts";
import { ownAnswer } from "../../../worker/delivery/own-answer.ts";
import { ownReply } from "../../../worker/message.ts";
import type { Outcome } from "../../../worker/outcome.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { aPool } from "../balancing/a-pool.ts";

const VISIT = { requestId: "own-id", startedAt: 1_000 };
const NOW = 1_012;

type RouteFile = Partial<SiteFile["routes"][number]>;

function known(site: Partial<SiteFile> = {}, route: RouteFile = {}) {
  const answer = route.to === undefined ? { respond: {} } : {};
  const compiled = aSite({ routes: [{ id: "r", ...answer, ...route }], security: "off", ...site });
  const asked = anAsked("http://a.test/users/7");
  const matched = matchRoute(compiled, asked);
  if (!matched.ok) throw new Error("no route takes it");
  return { asked, site: compiled, matched: matched.value };
}

const HSTS = "strict-transport-security";

const delivered = (outcome: Omit<Outcome, "reply">, fields: Record<string, string> = {}) =>
  deliver({ ...outcome, reply: ownReply(200, new Headers(fields), null) }, VISIT, NOW).headers;

const [fra] = aPool({ fra: {} }).origins;
if (!fra) throw new Error("the pool has an origin");
const attempt = { origin: fra, attempted: { kind: "status", status: 200 }, sentAt: 0, ms: 7 } as const;
const sending = { pool: "web", attempts: [attempt], answeredBy: attempt, stoppedBy: undefined };

describe("the order in which an answer is dressed", () => {
  const edit = (value: string) => ({ response: { set: { "x-frame-options": value } } });
  const header = (value: string) => ({ headers: { "x-frame-options": value } });

  it.each([
    ["the site's edits, then its security headers", { headers: edit("E"), security: header("S") }, {}, "S"],
    ["those, then the route's edits", { security: header("S") }, { headers: edit("RE") }, "RE"],
    [
      "those, then the route's security headers, which keep what an edit has added",
      {},
      {
        headers: { response: { add: { "x-frame-options": "RE" } } },
        security: { headers: { "x-frame-options": { value: "RS", merge: "set-if-absent" } } },
      },
      "RE",
    ],
    ["those, then the route's security headers", {}, { headers: edit("RE"), security: header("RS") }, "RS"],
  ] as const)("%s", (_what, site, route, value) => {
    expect(delivered(known(site, structuredClone(route))).get("x-frame-options")).toBe(value);
  });

  it("ends with what the edge tells of itself, after what the origin and those before it tell", () => {
    const fields = { "x-request-id": "theirs", "cache-status": "theirs; hit", via: "1.1 theirs" };
    const cache = { kind: "hit", ttlSeconds: 5 } as const;
    const headers = delivered({ ...known(), cache }, fields);
    expect(headers.get("x-request-id")).toBe("own-id");
    expect(headers.get("cache-status")).toBe("theirs; hit, headgate; hit; ttl=5");
    expect(headers.get("via")).toBe("1.1 theirs, 1.1 headgate");
  });

  it("keeps the Date of an origin (RFC 9110 §6.6.1)", () => {
    const date = "Thu, 01 Jan 1970 00:00:00 GMT";
    for (const cache of [
      undefined,
      { kind: "forward", fwd: "uri-miss" },
      { kind: "hit", ttlSeconds: 5 },
    ] as const)
      expect(delivered({ ...known(), cache }, { date }).get("date")).toBe(date);
  });

  it("is the default where no site is known, and the site's where no route is", () => {
    const basic = { "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN" };
    expect(Object.fromEntries(delivered({}, { server: "x" }))).toMatchObject(basic);
    expect(delivered({}, { server: "x" }).has("server")).toBe(false);
    const { asked, site } = known({ security: header("S"), headers: { response: { set: { "x-a": "1" } } } });
    const routeless = delivered({ asked, site });
    expect([routeless.get("x-frame-options"), routeless.get("x-a")]).toEqual(["S", "1"]);
  });

  it("fills in what an edit asks of the matched path, of the request and of its id", () => {
    const set = { "x-a": ":id ${request.id} ${client.ip}" };
    const facts = known({}, { match: { path: "/users/:id" }, headers: { response: { set } } });
    expect(delivered(facts).get("x-a")).toBe("7 own-id 192.0.2.1");
    const given = { ...facts, asked: { ...facts.asked, requestId: "given-id" } };
    expect(delivered(given).get("x-a")).toBe("7 given-id 192.0.2.1");
    expect(delivered(given).get("x-request-id")).toBe("given-id");
  });
});

// RFC 6797 §7.2: an HSTS host must not send the field over plain http.
describe("Strict-Transport-Security", () => {
  const edit = (edits: Partial<HeaderEditsConfig>) => ({ headers: { response: edits } });
  const pools = { web: { origins: [{ id: "a", url: "http://origin.test" }] } };
  const told = (site: Partial<SiteFile>, route: RouteFile, scheme: "http" | "https") => {
    const { matched, ...facts } = known({ pools, ...site }, route);
    const { action } = matched.route;
    const asked = { ...facts.asked, scheme };
    const own = { asked, captures: matched.captures, requestId: "id", secrets: STAND_INS };
    const reply = action.kind === "proxy" ? ownReply(200, new Headers(), null) : ownAnswer(action, own);
    return deliver({ ...facts, asked, matched, reply }, VISIT, NOW).headers.get(HSTS);
  };

  it.each([
    ["the site's preset", { security: "strict" }, { to: "web" }, "max-age=63072000; includeSubDomains"],
    ["the route's preset", {}, { to: "web", security: "strict" }, "max-age=63072000; includeSubDomains"],
    ["an edit of the site that sets it", edit({ set: { [HSTS]: "1" } }), { to: "web" }, "1"],
    ["an edit of the site that adds it", edit({ add: { [HSTS]: "1" } }), { to: "web" }, "1"],
    ["an edit of the route that sets it", {}, { to: "web", ...edit({ set: { [HSTS]: "1" } }) }, "1"],
    ["a fixed response of the route", {}, { respond: { headers: { [HSTS]: "1" } } }, "1"],
  ] as [string, Partial<SiteFile>, RouteFile, string][])(
    "of %s is told over https alone",
    (_what, site, route, value) => {
      expect(told(site, route, "https")).toBe(value);
      expect(told(site, route, "http")).toBeNull();
    },
  );

  it("is told to nobody whose scheme is not known", () => {
    const { site } = known({ security: "strict" });
    expect(delivered({ site }).get(HSTS)).toBeNull();
    expect(delivered({ site }).get("x-frame-options")).toBe("DENY"); // the rest of the site's headers is
  });
});

describe("what the edge tells of itself", () => {
  const told = (outcome: Omit<Outcome, "reply">, site: Partial<SiteFile> = {}) => {
    const headers = Object.fromEntries(delivered({ ...known(site), ...outcome }));
    delete headers["x-request-id"];
    // The origin's own Date is kept with a stored answer; every other one that lacks it gets the edge's.
    expect(headers.date).toBe(outcome.cache?.kind === "hit" ? undefined : "Thu, 01 Jan 1970 00:00:01 GMT");
    delete headers.date;
    return headers;
  };

  it("is nothing beside the id and the time of an answer that it makes itself", () => {
    expect(told({})).toEqual({});
  });

  it("is Via where the answer is an origin's, from the origin or from the store", () => {
    expect(told({ sending })).toEqual({ via: "1.1 headgate" });
    expect(told({ cache: { kind: "hit", ttlSeconds: 5 } })).toEqual({
      via: "1.1 headgate",
      "cache-status": "headgate; hit; ttl=5",
    });
    const cache = { kind: "none", detail: "only-if-cached" } as const;
    expect(told({ cache, refusal: { reason: "not-cached" } })).toEqual({
      "cache-status": "headgate; detail=only-if-cached",
    });
  });

  it("is Proxy-Status where something failed", () => {
    expect(told({ refusal: { reason: "loop" } })).toEqual({
      "proxy-status": "headgate;error=proxy_loop_detected",
    });
  });

  it.each([
    [
      { kind: "hit", ttlSeconds: -5, detail: "stale-while-revalidate" },
      "hit; ttl=-5; detail=stale-while-revalidate",
    ],
    [{ kind: "forward", fwd: "uri-miss" }, "fwd=uri-miss"],
    [
      { kind: "forward", fwd: "stale", fwdStatus: 200, stored: true, collapsed: true },
      "fwd=stale; fwd-status=200; stored; collapsed",
    ],
    [
      {
        kind: "forward",
        fwd: "vary-miss",
        fwdStatus: 0,
        stored: false,
        collapsed: false,
        detail: "vary-star",
      },
      "fwd=vary-miss; fwd-status=0; detail=vary-star",
    ],
  ] as [NonNullable<Outcome["cache"]>, string][])("is Cache-Status of %j: %s", (cache, field) => {
    expect(told({ cache })["cache-status"]).toBe(`headgate; ${field}`);
  });

  it("is Proxy-Status with the names of origins only if the site asks, and none if it asks for none", () => {
    const failed = { ...attempt, attempted: { kind: "status", status: 503 } } as const;
    const retried = { sending: { ...sending, attempts: [failed, attempt] } };
    const field = (site: Partial<SiteFile>) => told(retried, site)["proxy-status"];
    expect(field({})).toBe('headgate;received-status=200;details="2 attempts: 503, 200"');
    expect(field({ edgeFields: "full" })).toBe(
      'headgate;next-hop="fra";received-status=200;details="fra: 503, fra: 200"',
    );
    expect(field({ edgeFields: "off" })).toBeUndefined();
    const timed = told(retried, { serverTiming: true })["server-timing"];
    expect(timed).toBe("edge;dur=12, origin;dur=7, origin;dur=7");
  });

  it("is where the time went, if the site asks", () => {
    const iad = { ...attempt, origin: { ...fra, id: "iad" }, ms: 3 };
    const cache = { kind: "forward", fwd: "uri-miss" } as const;
    const all = told(
      { cache, sending: { ...sending, attempts: [attempt, iad], answeredBy: iad } },
      { serverTiming: true, edgeFields: "full" },
    );
    expect(all["server-timing"]).toBe(
      'edge;dur=12, cache;desc=uri-miss, origin;desc="fra";dur=7, origin;desc="iad";dur=3',
    );
    expect(told({ cache: { kind: "hit", ttlSeconds: 1 } }, { serverTiming: true })["server-timing"]).toBe(
      "edge;dur=12, cache;desc=hit",
    );
    expect(told({}, { serverTiming: true })["server-timing"]).toBe("edge;dur=12");
  });
});

describe("an answer that only some may see", () => {
  const guarded = (fields: Record<string, string>, isPrivate: boolean) => {
    const { asked, site, matched } = known();
    const admission = { rules: [], inquiries: [], guards: true, isPrivate, auth: null, key: "" };
    const headers = delivered(
      { asked, site, matched: { ...matched, route: { ...matched.route, admission } } },
      fields,
    );
    return [headers.get("cache-control"), headers.get("cdn-cache-control"), headers.get("surrogate-control")];
  };

  it.each([
    [{}, "private"],
    [{ "cache-control": "public, max-age=60, s-maxage=600" }, "max-age=60, private"],
    [{ "cache-control": "no-store" }, "no-store"],
    [{ "cache-control": 'private="set-cookie", max-age=60' }, "max-age=60, private"],
    [{ "cdn-cache-control": "max-age=60", "surrogate-control": "max-age=60" }, "private"],
  ] as [Record<string, string>, string][])("is kept from the caches further out: %o", (fields, told) => {
    expect(guarded(fields, true)).toEqual([told, null, null]);
  });

  it("is left as it is where the rules let everybody see it", () => {
    const fields = { "cache-control": "public, max-age=60", "cdn-cache-control": "max-age=60" };
    expect(guarded(fields, false)).toEqual(["public, max-age=60", "max-age=60", null]);
  });

  it("carries what admission adds", () => {
    const findings = {
      replyFields: [["ratelimit", '"a";r=1']],
      observed: [],
      settled: [],
      identity: null,
    } as const;
    const { asked, ...rest } = known();
    expect(delivered({ asked, ...rest, findings: { ...findings, asked } }).get("ratelimit")).toBe('"a";r=1');
  });
});
