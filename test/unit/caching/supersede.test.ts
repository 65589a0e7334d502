import { describe, expect, it } from "vitest";
import type { ResponseEntry } from "../../../worker/caching/entry.ts";
import { isOfThePage, isOutdatedBy, isWorseThan, supersedes } from "../../../worker/caching/law/supersede.ts";
import { anEntry, NOW, someRules } from "./an-entry.ts";

it("a page that is gone, or has become private, makes what is held worthless", () => {
  expect(supersedes(404, "not-fresh-no-validator")).toBe(true);
  expect(supersedes(200, "private")).toBe(true);
  expect(supersedes(302, "no-store")).toBe(true);
});

it("an error says nothing of the page", () => {
  expect(supersedes(500, "no-store")).toBe(false);
  expect(supersedes(429, "private")).toBe(false);
});

describe("the statuses that tell what a URL leads to now", () => {
  const TELLING = [200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410, 451];
  it("are a page, none, a way to another, and that it is gone", () => {
    const telling = Array.from({ length: 500 }, (_, at) => at + 100).filter((status) =>
      supersedes(status, "private"),
    );
    expect(telling).toEqual(TELLING);
  });
});

it("what is said of the request says nothing of the page", () => {
  expect(supersedes(200, "authorization")).toBe(false);
  expect(supersedes(200, "request-no-store")).toBe(false);
  expect(isOfThePage("set-cookie")).toBe(true);
});

describe("an error does not take the place of a page", () => {
  const page = anEntry({ "cache-control": "max-age=60" }, { rules: someRules({ staleIfError: "1h" }) });
  const strict = anEntry({ "cache-control": "max-age=60, must-revalidate" });
  const refreshed = anEntry(
    { "cache-control": "max-age=60" },
    { rules: someRules({ staleWhileRevalidate: "1h", staleIfError: "0s" }) },
  );
  const unreachable = anEntry({ "cache-control": "max-age=60" });
  const cases: [
    name: string,
    held: ResponseEntry | undefined,
    status: number,
    afterMs: number,
    worse: boolean,
  ][] = [
    ["that is fresh", page, 503, 1_000, true],
    ["that may stand in", page, 500, 600_000, true],
    ["that may be shown while it is refreshed", refreshed, 503, 600_000, true],
    ["that may be shown while nobody answers", unreachable, 503, 600_000, true],
    ["for a client that asks too often", page, 429, 600_000, true],
    ["but when nothing may be served of it any more", page, 503, 2 * 86_400_000, false],
    ["and when it may never be served stale", strict, 503, 61_000, false],
    ["where there is none", undefined, 503, 0, false],
    ["and what tells that the page is gone does", page, 404, 1_000, false],
    ["and what tells that it is forbidden does", page, 403, 1_000, false],
    [
      "and a newer error takes that of an older",
      anEntry({ "cache-control": "max-age=60" }, { status: 503 }),
      503,
      1_000,
      false,
    ],
  ];
  for (const [name, held, status, afterMs, worse] of cases) {
    it(`${name} (${status})`, () => expect(isWorseThan(held, status, NOW + afterMs)).toBe(worse));
  }
});

describe("an older response does not take the place of a newer one", () => {
  const at = (seconds: number, fields: Record<string, string> = {}, status = 200): ResponseEntry => ({
    ...anEntry({ "cache-control": "max-age=60", ...fields }, { status }),
    requestedAt: NOW + seconds * 1_000,
  });
  const part = { "content-range": "bytes 0-0/10", "content-length": "1" };
  const one = { etag: '"1"' };
  const cases: [name: string, there: ResponseEntry, entry: ResponseEntry, isOutdated: boolean][] = [
    ["asked for before what is there", at(10), at(0), true],
    ["asked for after it", at(0), at(10), false],
    ["asked for at the same time", at(0), at(0), false],
    ["asked for before another response of its own version", at(10, one), at(0, one), true],
    ["a 404 where the page is newer", at(10), at(0, {}, 404), true],
    ["a page where the 404 is newer", at(10, {}, 404), at(0), true],
    ["a page where an error that passes is newer", at(10, {}, 503), at(0), false],
    ["an error where the other error is newer", at(10, {}, 503), at(0, {}, 503), true],
    ["the whole where a part of it is newer", at(10, { ...part, ...one }, 206), at(0, one), false],
    [
      "the whole where a part of another version is newer",
      at(10, { ...part, etag: '"2"' }, 206),
      at(0, one),
      true,
    ],
  ];
  for (const [name, there, entry, isOutdated] of cases) {
    it(`${name}: ${isOutdated ? "not stored" : "stored"}`, () => {
      expect(isOutdatedBy(entry, there)).toBe(isOutdated);
    });
  }
});
