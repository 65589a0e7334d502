import { describe, expect, it } from "vitest";
import { ifRangeHolds, isNotModified } from "../../../worker/caching/law/validators.ts";
import { anEntry, NOW } from "./an-entry.ts";

const HOUR_AGO = "Tue, 24 Nov 2026 11:00:00 GMT";
const NOON = "Tue, 24 Nov 2026 12:00:00 GMT";
const SECOND_AGO = "Tue, 24 Nov 2026 11:59:59 GMT";
type Fields = Record<string, string>;

describe("isNotModified", () => {
  const cases: [name: string, stored: Fields, request: Fields, holds: boolean, status?: number][] = [
    ["the same tag", { etag: '"a"' }, { "if-none-match": '"a"' }, true],
    ["the same tag, weak on one side", { etag: '"a"' }, { "if-none-match": 'W/"a"' }, true],
    ["one of a list", { etag: '"a"' }, { "if-none-match": '"x, \\"a\\"", "a"' }, true],
    ["another tag", { etag: '"a"' }, { "if-none-match": '"b"' }, false],
    ["a star", {}, { "if-none-match": " * " }, true],
    ["a star among tags is no star", { etag: '"a"' }, { "if-none-match": '*, "b"' }, false],
    ["a tag, and none is stored", { "last-modified": HOUR_AGO }, { "if-none-match": '"a"' }, false],
    [
      "another tag and a date that would hold",
      { etag: '"a"', "last-modified": HOUR_AGO },
      { "if-none-match": '"b"', "if-modified-since": NOON },
      false,
    ],
    ["a tag of an error", { etag: '"a"' }, { "if-none-match": '"a"' }, false, 404],
    ["the same date", { "last-modified": HOUR_AGO }, { "if-modified-since": HOUR_AGO }, true],
    ["a later date", { "last-modified": HOUR_AGO }, { "if-modified-since": NOON }, true],
    ["an earlier date", { "last-modified": NOON }, { "if-modified-since": HOUR_AGO }, false],
    ["a date that is none", { "last-modified": HOUR_AGO }, { "if-modified-since": "noon" }, false],
    [
      "a date, and only the Date is stored: as old",
      { date: HOUR_AGO },
      { "if-modified-since": HOUR_AGO },
      true,
    ],
    ["a date, and only the Date is stored: older", { date: NOON }, { "if-modified-since": HOUR_AGO }, false],
    [
      "a date, and only a Date that is none is stored: the time of arrival",
      { date: "noon" },
      { "if-modified-since": NOON },
      true,
    ],
    ["no condition", { etag: '"a"' }, {}, false],
  ];
  for (const [name, stored, request, holds, status = 200] of cases) {
    it(name, () => expect(isNotModified(new Headers(request), anEntry(stored, { status }), NOW)).toBe(holds));
  }
});

describe("ifRangeHolds", () => {
  const cases: [name: string, stored: Fields, ifRange: string | undefined, holds: boolean][] = [
    ["no If-Range", {}, undefined, true],
    ["the same strong tag", { etag: '"a"' }, '"a"', true],
    ["another tag", { etag: '"a"' }, '"b"', false],
    ["a weak tag, stored strong", { etag: '"a"' }, 'W/"a"', false],
    ["a strong tag, stored weak", { etag: 'W/"a"' }, '"a"', false],
    ["a weak tag, stored weak", { etag: 'W/"a"' }, 'W/"a"', false],
    ["a tag, and none is stored", { "last-modified": HOUR_AGO }, '"a"', false],
    ["the same date, long past", { "last-modified": HOUR_AGO, date: NOON }, HOUR_AGO, true],
    [
      "the same date, a second before the response",
      { "last-modified": SECOND_AGO, date: NOON },
      SECOND_AGO,
      true,
    ],
    ["the same date, of the response's own second", { "last-modified": NOON, date: NOON }, NOON, false],
    ["a later date", { "last-modified": HOUR_AGO, date: NOON }, NOON, false],
    ["a date, and none is stored", { etag: '"a"', date: NOON }, HOUR_AGO, false],
    ["the same date, as old as the response", { "last-modified": HOUR_AGO, date: HOUR_AGO }, HOUR_AGO, false],
    ["the same date, and a Date that is none", { "last-modified": HOUR_AGO, date: "noon" }, HOUR_AGO, true],
    ["what only ends like a tag", { etag: 'x"a"' }, 'x"a"', false],
    ["what is neither", { etag: '"a"', "last-modified": HOUR_AGO }, "a", false],
  ];
  for (const [name, stored, ifRange, holds] of cases) {
    const request = new Headers(ifRange === undefined ? {} : { "if-range": ifRange });
    it(name, () => expect(ifRangeHolds(request, anEntry(stored), NOW)).toBe(holds));
  }
});
