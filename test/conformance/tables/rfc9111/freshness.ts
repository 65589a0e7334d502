// RFC 9111 §4.2.1 to §4.2.3, §5.1 and §5.3: how long a response is fresh, and how old it is.
import { after, cc, fromNow, type Given, get, type Row, sinceNoon } from "../../../support/rows.ts";

/** Fresh for exactly so many seconds. */
const freshFor = (clause: string, name: string, given: Given, seconds: number): Row => ({
  clause,
  name,
  given: [given],
  when: [get(), after(seconds - 1), get(), after(1), get()],
  expect: ["1", "1", "2"],
  asked: 2,
});

/** Stored for its validator, and stale at once. */
const staleAtOnce = (clause: string, name: string, given: Given): Row => ({
  clause,
  name,
  given: [given],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

const expires = (value: Given["headers"] & object): Given => ({ headers: { etag: '"a"', ...value } });

export const freshness: Row[] = [
  freshFor("§4.2.1", "max-age counts from the Date", cc("max-age=60"), 60),
  freshFor("§4.2.1", "s-maxage beats max-age", cc("max-age=10, s-maxage=60"), 60),
  freshFor("§4.2.1", "s-maxage beats Expires", cc("s-maxage=60", { expires: fromNow(10) }), 60),
  freshFor("§4.2.1", "max-age beats Expires", cc("max-age=60", { expires: fromNow(10) }), 60),
  freshFor("§4.2.1", "Expires counts from the Date", { headers: { expires: fromNow(60) } }, 60),
  freshFor("§4.2.1", "of a number given twice the first counts", cc("max-age=5, max-age=60"), 5),
  freshFor(
    "§4.2.1",
    "of a number given twice a smaller second makes it stale then",
    cc("max-age=60, max-age=5"),
    5,
  ),
  staleAtOnce("§4.2.1", "max-age=0 is stale at once", cc("max-age=0", { etag: '"a"' })),
  staleAtOnce("§4.2.1", "a max-age that is no number makes it stale", cc("max-age=a", { etag: '"a"' })),
  staleAtOnce("§4.2.1", "a negative max-age makes it stale", cc("max-age=-60", { etag: '"a"' })),
  staleAtOnce("§4.2.1", "a max-age with a fraction makes it stale", cc("max-age=60.5", { etag: '"a"' })),
  staleAtOnce("§4.2.1", "a max-age without a number makes it stale", cc("max-age", { etag: '"a"' })),
  {
    clause: "§1.2.2",
    name: "a max-age beyond 2^31 is for ever, and overflows nothing",
    given: [cc("max-age=99999999999999999999")],
    when: [get(), after(86_400 * 365), get()],
    expect: ["1", "1"],
    asked: 1,
  },
  freshFor(
    "§4.2.2",
    "without a word of the origin a tenth of the time since Last-Modified",
    { headers: { "last-modified": sinceNoon(-600) } },
    60,
  ),
  freshFor(
    "§4.2.2",
    "the estimate is a day at most",
    { headers: { "last-modified": sinceNoon(-86_400 * 365) } },
    86_400,
  ),
  freshFor(
    "§4.2.2",
    "a 404 may be estimated",
    { status: 404, headers: { "last-modified": sinceNoon(-600) } },
    60,
  ),
  staleAtOnce("§4.2.2", "a 201 may not", { status: 201, headers: { "last-modified": sinceNoon(-600) } }),
  staleAtOnce("§4.2.2", "explicit freshness leaves no room for it", {
    headers: { "last-modified": sinceNoon(-600), expires: fromNow(0) },
  }),
  staleAtOnce("§4.2.2", "a Last-Modified in the future gives nothing", {
    headers: { "last-modified": sinceNoon(600) },
  }),
  freshFor("§4.2.3", "an Age on arrival is taken off", cc("max-age=60", { age: "20" }), 40),
  freshFor("§4.2.3", "a Date in the past is taken off", cc("max-age=60", { date: fromNow(-20) }), 40),
  freshFor("§4.2.3", "the larger of both counts", cc("max-age=60", { date: fromNow(-10), age: "20" }), 40),
  freshFor("§4.2.3", "a Date in the future adds nothing", cc("max-age=60", { date: fromNow(20) }), 60),
  {
    clause: "§4.2.3",
    name: "the age told includes the age on arrival",
    given: [cc("max-age=60", { age: "20" })],
    when: [get(), after(5), get()],
    expect: ["1", { headers: { age: "25" } }],
    asked: 1,
  },
  staleAtOnce(
    "§4.2.3",
    "what arrives older than its life is stale",
    cc("max-age=60", { age: "60", etag: '"a"' }),
  ),
  freshFor("§5.1", "of several Age values the first counts", cc("max-age=60", { age: "20, 50" }), 40),
  ...["abc", "-20", "20.5", '"20"'].map((age) =>
    freshFor("§5.1", `an Age of ${age} does not count`, cc("max-age=60", { age }), 60),
  ),
  freshFor(
    "§5.3",
    "an RFC 850 date is understood",
    expires({ expires: "Tuesday, 24-Nov-99 12:01:00 GMT" }),
    60,
  ),
  freshFor("§5.3", "an asctime date is understood", expires({ expires: "Tue Nov 24 12:01:00 2099" }), 60),
  staleAtOnce("§5.3", "Expires: 0 is in the past", expires({ expires: "0" })),
  staleAtOnce("§5.3", "an Expires that is no date is in the past", expires({ expires: "tomorrow" })),
  staleAtOnce(
    "§5.3",
    "a date in another time zone is no date",
    expires({ expires: "Tue, 24 Nov 2099 14:01:00 +0200" }),
  ),
  staleAtOnce("§5.3", "an Expires before the Date is stale", expires({ expires: fromNow(-60) })),
  staleAtOnce(
    "§5.3",
    "two Expires fields are no date",
    expires({ expires: ["Tue, 24 Nov 2099 12:01:00 GMT", "Tue, 24 Nov 2099 12:02:00 GMT"] }),
  ),
];
