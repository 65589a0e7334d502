import { describe, expect, it } from "vitest";
import { planLookup } from "../../../worker/caching/law/plan.ts";
import { isSafe } from "../../../worker/routing/read-request.ts";
import { type AskedOptions, anAsked } from "../../support/asked.ts";
import { someRules } from "./an-entry.ts";

type Config = Parameters<typeof someRules>[0] | "off";

const plan = (options: AskedOptions, config: Config = {}) =>
  planLookup(anAsked("https://a.test/x", options), config === "off" ? null : someRules(config));
const because = (options: AskedOptions, config?: Config) => {
  const planned = plan(options, config);
  return planned.kind === "pass" ? planned.because : undefined;
};
const cookie = (value: string): AskedOptions => ({ headers: { cookie: value } });

describe("what Cache-Status says of the request (RFC 9211 §2.2)", () => {
  const cases: [kind: string, fwd: string | undefined, options: AskedOptions, config?: Config][] = [
    ["lookup", undefined, {}],
    ["pass", "bypass", {}, "off"],
    ["pass", "bypass", { headers: { upgrade: "websocket" } }],
    ["pass", "bypass", { headers: { "if-match": "*" } }],
    ["pass", "method", { method: "POST" }],
    ["pass", "method", { method: "OPTIONS" }],
  ];
  for (const [kind, fwd, options, config] of cases) {
    it(`${kind} ${fwd}: ${JSON.stringify([options, config])}`, () => {
      const planned = plan(options, config);
      expect([planned.kind, planned.kind === "pass" ? planned.fwd : undefined]).toEqual([kind, fwd]);
    });
  }
});

describe("the cache is not asked", () => {
  const session = { bypass: { cookies: ["session*"] } };
  const either = { bypass: { cookies: ["session*", "admin"] } };
  const preview = { bypass: { headers: ["x-preview"] } };
  /** Each with the neighbour that is looked up. */
  const cases: [because: string, passed: [AskedOptions, Config?], lookedUp: [AskedOptions, Config?]][] = [
    ["cache-off", [{}, "off"], [{}]],
    ["websocket", [{ headers: { upgrade: "websocket" } }], [{ headers: { upgrade: "h2c" } }]],
    ["unsafe-method", [{ method: "POST" }], [{ method: "HEAD" }]],
    ["unsafe-method", [{ method: "FOO" }], [{ method: "GET" }]],
    ["method-not-cached", [{ method: "OPTIONS" }], [{ method: "QUERY" }]],
    [
      "method-not-cached",
      [{ method: "QUERY" }, { methods: ["GET"] }],
      [{ method: "HEAD" }, { methods: ["GET"] }],
    ],
    [
      "bypass-header",
      [{ headers: { "x-preview": "" } }, preview],
      [{ headers: { "x-previews": "1" } }, preview],
    ],
    ["bypass-cookie", [cookie("a=1; session_id=2"), session], [cookie("a=session; my-session=2"), session]],
    ["bypass-cookie", [cookie('session={"id":"\\"}'), session], [cookie("x=session=1"), session]],
    ["bypass-cookie", [cookie("session"), session], [cookie(""), session]],
    ["bypass-cookie", [cookie("a=1; admin=1"), either], [cookie("a=1; b=1"), either]],
    ["if-match", [{ headers: { "if-match": "*" } }], [{ headers: { "if-none-match": "*" } }]],
    [
      "if-match",
      [{ headers: { "if-unmodified-since": "x" } }],
      [{ headers: { "if-modified-since": "Tue, 24 Nov 2026 11:00:00 GMT" } }],
    ],
  ];
  for (const [reason, passed, lookedUp] of cases) {
    it(`${reason}: ${JSON.stringify(passed)}`, () => expect(because(...passed)).toBe(reason));
    it(`  but it is: ${JSON.stringify(lookedUp)}`, () => expect(because(...lookedUp)).toBeUndefined());
  }
});

it("a request for stored responses alone is known", () => {
  expect(plan({ headers: { "cache-control": "no-cache, only-if-cached" } })).toMatchObject({
    onlyIfCached: true,
  });
  expect(plan({ headers: { "cache-control": "no-cache" } })).toMatchObject({ onlyIfCached: false });
});

it("HEAD and GET share a key", () => {
  expect(plan({ method: "HEAD" })).toMatchObject({ key: "a.test#a.test/x#@all~0" });
  expect(plan({})).toMatchObject({ key: "a.test#a.test/x#@all~0" });
});

it("methods that change nothing are safe, all others are not", () => {
  expect(["GET", "HEAD", "OPTIONS", "QUERY", "PROPFIND"].every(isSafe)).toBe(true);
  expect(["POST", "PUT", "PATCH", "DELETE", "LOCK", "get", "FOO"].some(isSafe)).toBe(false);
});

it("what comes of a POST may be kept under the key, but of one that goes past the cache", () => {
  const bypass = { bypass: { cookies: ["session"], headers: ["x-preview"] } };
  expect(plan({ method: "POST" }, bypass)).toHaveProperty("key");
  for (const headers of [{ cookie: "session=1" }, { "x-preview": "" }]) {
    expect(plan({ method: "POST", headers }, bypass)).not.toHaveProperty("key");
  }
});
