// What every request runs through, function by function: what each does with header fields, counted; and how its cost
// grows with what is given to it, as a ratio of two times in this one process. No time is held against a clock.

import { describe, expect, it } from "vitest";
import { HOST, manyRoutes, plainSite } from "../../../bench/sites.ts";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import { headersOf } from "../../../worker/caching/entry.ts";
import { judge } from "../../../worker/caching/law/judge.ts";
import { cacheKey } from "../../../worker/caching/law/key.ts";
import { planLookup } from "../../../worker/caching/law/plan.ts";
import { storedReply } from "../../../worker/caching/law/stored-reply.ts";
import { deliver } from "../../../worker/delivery/deliver.ts";
import { compileDressing, dress } from "../../../worker/delivery/security-headers.ts";
import { ownReply } from "../../../worker/message.ts";
import { toOrigin } from "../../../worker/rewriting/to-origin.ts";
import { compileAddressSet } from "../../../worker/routing/address-set.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { readRequest } from "../../../worker/routing/read-request.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { anEntry, bytesOf, NOW, someRules } from "../caching/an-entry.ts";
import { headerWorkOf, timesAsLong } from "./counting.ts";

const PEER = { ip: "192.0.2.1", country: undefined };
const withRoutes = (count: number) =>
  aSite({ ...plainSite("http://origin.test"), routes: manyRoutes(count) });
const site = withRoutes(1);
const asked = anAsked(`http://${HOST}/page`, {
  headers: { host: HOST, accept: "*/*", "user-agent": "curl/8" },
});
const matched = matchRoute(site, asked);
if (!matched.ok || matched.value.route.action.kind !== "proxy")
  throw new Error("the site has one route to a pool");
const { route, captures } = matched.value;
const { action } = matched.value.route;
const entry = anEntry({ "cache-control": "max-age=60", "content-type": "text/html", etag: '"1"' });
const fields = headersOf(entry.headers);
const prepared = { fields, reply: () => ({ headers: new Headers(fields) }) };
const stored = { entry, body: bytesOf("a page"), prepared };
const unsealed = { entry, body: bytesOf("a page") };
const strict = compileDressing("strict", undefined);

const answering = { asked, now: NOW, boundary: "b" };
const rewriting = {
  loopToken: site.loopToken,
  requestId: "r",
  action,
  captures,
  secrets: STAND_INS,
  otherUrls: [],
};
const known = { asked, site, matched: { route, captures }, cache: { kind: "hit", ttlSeconds: 60 } } as const;

describe("what a request does with header fields", () => {
  const line = { method: "GET", url: `http://${HOST}/page`, headers: asked.headers };
  const fields = new Headers({ "content-type": "text/html" });

  it.each([
    ["readRequest", () => readRequest(line, PEER), { made: 0, read: 1, written: 0 }],
    ["matchRoute", () => matchRoute(site, asked), { made: 0, read: 0, written: 0 }],
    ["planLookup", () => planLookup(asked, someRules()), { made: 0, read: 4, written: 0 }],
    ["judge", () => judge(entry, NOW), { made: 0, read: 0, written: 0 }],
    ["storedReply", () => storedReply(stored, answering), { made: 1, read: 3, written: 1 }],
    ["storedReply of four fields", () => storedReply(unsealed, answering), { made: 1, read: 3, written: 5 }],
    ["toOrigin", () => toOrigin(asked, rewriting), { made: 1, read: 3, written: 10 }],
    ["dress, basic", () => dress(fields, site.dressing.steps), { made: 0, read: 3, written: 7 }],
    ["dress, strict", () => dress(fields, strict.steps), { made: 0, read: 5, written: 12 }],
    [
      "deliver",
      () =>
        deliver({ ...known, reply: ownReply(200, fields, null) }, { requestId: "r", startedAt: NOW }, NOW),
      { made: 0, read: 3, written: 7 },
    ],
  ])("%s does little", async (_, work, most) => {
    const counted = await headerWorkOf(work);
    expect(counted.made).toBeLessThanOrEqual(most.made);
    expect(counted.read).toBeLessThanOrEqual(most.read);
    expect(counted.written).toBeLessThanOrEqual(most.written);
  });
});

describe("with a thousand times as many routes", () => {
  const few = withRoutes(10);
  const many = withRoutes(10_000);

  it.each(["/kept/page", "/area-3/page", "/area-4/users/7", "/area-5/files/a/b.js"])(
    "a match of %s takes about as long",
    (path) => {
      const asks = anAsked(`http://${HOST}${path}`);
      expect(matchRoute(many, asks).ok).toBe(true);
      expect(
        timesAsLong(
          () => matchRoute(many, asks),
          () => matchRoute(few, asks),
        ),
      ).toBeLessThan(2);
    },
  );
});

describe("with a thousand times as many ranges", () => {
  const setOf = (count: number) =>
    compileAddressSet(
      Array.from({ length: count }, (_, at) => `10.${at >> 15}.${(at >> 7) & 255}.${(at << 1) & 255}`),
    );
  const few = setOf(100);
  const many = setOf(100_000);

  it.each(["10.1.2.4", "10.1.2.3", "192.0.2.1", "2001:db8::1"])(
    "a look-up of %s takes about as long",
    (ip) => {
      expect(
        timesAsLong(
          () => many.has(ip),
          () => few.has(ip),
        ),
      ).toBeLessThan(50); // 17 steps in place of 7, in colder memory; one range after the other would be a thousand times
    },
  );
});

/** Eight times as much to read or to sort takes some ten times as long, and not 64 times: nobody can make the edge think hard. */
const LINEAR = 24;

describe("with eight times as much from a client", () => {
  const times = (text: string, count: number) => text.repeat(count);

  it.each([
    ["dot segments", "/a/.."],
    ["slashes", "//////"],
    ["escapes", "%2e%41"],
    ["plain segments", "/abcde"],
  ])("a path of %s takes at most as much longer to read", (_, piece) => {
    const read = (count: number) => {
      const line = { method: "GET", url: `http://${HOST}/${times(piece, count)}`, headers: new Headers() };
      return () => readRequest(line, PEER);
    };
    expect(timesAsLong(read(1_200), read(150), 10)).toBeLessThan(LINEAR);
  });

  it("a query takes at most as much longer to be made a key of", () => {
    const rules = someRules({ key: { query: { except: ["utm_*"], sorted: true } } });
    const key = (count: number) => {
      const query = Array.from({ length: count }, (_, n) => `p${n % 7}=${n}`).join("&");
      const url = anAsked(`http://${HOST}/page?${query}`);
      return () => cacheKey(url, rules);
    };
    expect(timesAsLong(key(400), key(50), 5)).toBeLessThan(LINEAR);
  });

  it("a Cookie field takes at most as much longer to be looked through", () => {
    const rules = someRules({ bypass: { cookies: ["session_*"] } });
    const plan = (count: number) => {
      const cookie = Array.from({ length: count }, (_, n) => `c${n}=${n}`).join("; ");
      const asks = anAsked(`http://${HOST}/page`, { headers: { cookie } });
      return () => planLookup(asks, rules);
    };
    expect(timesAsLong(plan(800), plan(100), 10)).toBeLessThan(LINEAR);
  });
});
