import { describe, expect, it } from "vitest";
import {
  flightKey,
  holdsForTheKey,
  isCollapsible,
  mayLead,
} from "../../../worker/caching/law/collapsible.ts";
import { variantKey } from "../../../worker/caching/law/key.ts";
import type { StorageObjection } from "../../../worker/caching/law/storable.ts";
import type { Found } from "../../../worker/caching/stockroom.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, aSelectingRequest, someRules } from "./an-entry.ts";

const asked = (headers: Record<string, string>) => anAsked("https://a.test/", { headers });

describe("which requests may share an answer", () => {
  const held: Found = { kind: "response", at: "k", stored: { entry: anEntry(), body: null } };
  const none: Found = { kind: "absent", fwd: "uri-miss" };
  const THEN = "Tue, 24 Nov 2026 11:00:00 GMT";
  const cases: [what: string, method: string, headers: Record<string, string>, found: Found, may: boolean][] =
    [
      ["a GET", "GET", {}, none, true],
      ["a QUERY", "QUERY", {}, none, true],
      ["not a HEAD, whose answer has no content", "HEAD", {}, none, false],
      ["not a POST", "POST", {}, none, false],
      ["not for a part", "GET", { range: "bytes=0-1" }, none, false],
      ["not for a part of what is held either", "GET", { range: "bytes=0-1" }, held, false],
      ["not with a tag of the client's own", "GET", { "if-none-match": '"a"' }, none, false],
      ["not with a date of the client's own", "GET", { "if-modified-since": THEN }, none, false],
      [
        "with a condition of the client's, where the cache asks with its own",
        "GET",
        { "if-none-match": '"a"', "if-modified-since": THEN },
        held,
        true,
      ],
    ];
  for (const [what, method, headers, found, may] of cases) {
    it(what, () => expect(isCollapsible(anAsked("https://a.test/", { method, headers }), found)).toBe(may));
  }
});

describe("who may lead others", () => {
  const cases: [headers: Record<string, string>, held: string | undefined, may: boolean][] = [
    [{}, undefined, true],
    [{ "cache-control": "no-cache" }, undefined, true],
    [{ "cache-control": "max-age=0, No-Store" }, undefined, false],
    [{ "cache-control": "no-store" }, "public, max-age=60", false],
    [{ authorization: "Basic eDp5" }, undefined, false],
    [{ authorization: "Basic eDp5" }, "max-age=60", false],
    [{ authorization: "Basic eDp5" }, "public, max-age=60", true],
    [{ authorization: "Basic eDp5" }, "s-maxage=60", true],
    [{ authorization: "Basic eDp5" }, "max-age=60, must-revalidate", true],
  ];
  for (const [headers, held, may] of cases) {
    it(`${JSON.stringify(headers)}, held: ${held}: ${may}`, () => {
      const entry = held === undefined ? undefined : anEntry({ "cache-control": held });
      expect(mayLead(asked(headers), entry)).toBe(may);
    });
  }
});

describe("what is remembered of a key: that nobody is to wait for another's answer", () => {
  const OF_THE_PAGE: readonly StorageObjection[] = [
    "no-store",
    "private",
    "set-cookie",
    "vary-star",
    "too-large",
    "not-fresh-no-validator",
  ];
  const OF_THE_REQUEST: readonly StorageObjection[] = ["method-not-cacheable", "selector-spelt-twice"];
  const holds = (objection: StorageObjection, status = 200, headers: Record<string, string> = {}) =>
    holdsForTheKey({ status, objection }, asked(headers));

  for (const objection of OF_THE_PAGE) it(`${objection}`, () => expect(holds(objection)).toBe(true));
  for (const objection of OF_THE_REQUEST) it(`not ${objection}`, () => expect(holds(objection)).toBe(false));

  it("not what a client's own credentials or no-store object to, but what the site's own do", () => {
    expect(holds("authorization", 200, { authorization: "Basic eDp5" })).toBe(false);
    expect(holds("authorization")).toBe(true);
    expect(holds("request-no-store", 200, { "cache-control": "no-store" })).toBe(false);
    expect(holds("request-no-store")).toBe(true);
  });

  it("not an error, which may be about what one client sent; but that the page is gone", () => {
    for (const status of [400, 401, 403, 406, 412, 413, 416, 429, 431, 500, 503]) {
      expect(holds("no-store", status), String(status)).toBe(false);
    }
    for (const status of [301, 302, 404, 410]) expect(holds("no-store", status), String(status)).toBe(true);
  });
});

describe("who waits for whom", () => {
  const rules = someRules({ key: { header: ["x-ab"] } });
  const plan = { kind: "lookup", key: "k", rules, onlyIfCached: false } as const;
  const plain = { ...plan, rules: someRules() };
  const miss: Found = { kind: "absent", fwd: "uri-miss" };
  const request = (headers: Record<string, string> = {}) => aSelectingRequest({ headers });

  it("all for a URL of which nothing is known", () => {
    expect(flightKey(plain, miss, request({ other: "1" }))).toBe("k");
  });

  it("those whom the route does not tell apart", () => {
    const flight = (headers: Record<string, string>) => flightKey(plan, miss, request(headers));
    expect(flight({ "x-ab": "1", other: "1" })).toBe(flight({ "x-ab": "1" }));
    expect(flight({ "x-ab": "2" })).not.toBe(flight({ "x-ab": "1" }));
  });

  it("those who would be answered with the variant that is found", () => {
    const found: Found = { kind: "response", at: "k#variant:x", stored: { entry: anEntry(), body: null } };
    expect(flightKey(plain, found, request())).toBe("k#variant:x");
  });

  it("those who are alike in what tells the stored variants apart", () => {
    const missed: Found = { kind: "absent", fwd: "vary-miss", selectors: ["vary:x-lang"] };
    const flight = (lang: string) => flightKey(plain, missed, request({ "x-lang": lang }));
    expect(flight("de")).toBe(variantKey("k", { "vary:x-lang": "~de" }));
    expect(flight("fr")).not.toBe(flight("de"));
  });

  it("nobody where what tells the stored variants apart is not known any more", () => {
    const missed: Found = { kind: "absent", fwd: "vary-miss", selectors: ["header:x-before"] };
    expect(flightKey(plan, missed, request())).toBeUndefined();
  });
});
