import { describe, expect, it } from "vitest";
import { formatHttpDate, parseHttpDate } from "../../../worker/caching/law/http-date.ts";
import { NOW } from "./an-entry.ts";

const at = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("parseHttpDate reads", () => {
  const cases: [text: string, ms: number][] = [
    ["Sun, 06 Nov 1994 08:49:37 GMT", at],
    ["Sunday, 06-Nov-94 08:49:37 GMT", at],
    ["Sun Nov  6 08:49:37 1994", at],
    ["sun, 06 nov 1994 08:49:37 gmt", at],
    ["Mon, 06 Nov 1994 08:49:37 GMT", at], // the weekday is redundant
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)], // a leap second
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Wednesday, 09-Nov-94 08:49:37 GMT", at + 3 * 86_400_000],
    ["Wed Nov 16 08:49:37 1994", at + 10 * 86_400_000],
    ..."Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
      .split(" ")
      .map((name, month): [string, number] => [
        `Sun, 06 ${name} 1994 00:00:00 GMT`,
        Date.UTC(1994, month, 6),
      ]),
  ];
  for (const [text, ms] of cases) it(text, () => expect(parseHttpDate(text, NOW)).toBe(ms));

  it("a two-digit year more than fifty years ahead as of the past century", () => {
    expect(parseHttpDate("Tuesday, 24-Nov-76 12:00:00 GMT", NOW)).toBe(Date.UTC(2076, 10, 24, 12));
    expect(parseHttpDate("Thursday, 24-Nov-77 12:00:00 GMT", NOW)).toBe(Date.UTC(1977, 10, 24, 12));
  });

  it("what it has written", () => {
    expect(formatHttpDate(at)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
    expect(parseHttpDate(formatHttpDate(NOW), NOW)).toBe(NOW);
  });
});

describe("parseHttpDate takes for no date", () => {
  const cases: (string | null)[] = [
    null,
    "",
    "0",
    "-1",
    "tomorrow",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "the Sunday, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT+1",
    "Wednesdays, 09-Nov-94 08:49:37 GMT",
    "on Sun Nov  6 08:49:37 1994",
    "Sun Nov  6 08:49:37 19940",
    "Sun Nov x6 08:49:37 1994",
    "06 Nov 1994 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  ];
  for (const text of cases) it(JSON.stringify(text), () => expect(parseHttpDate(text, NOW)).toBeUndefined());
});
