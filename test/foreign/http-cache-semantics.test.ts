// What http-cache-semantics (github.com/kornelski/http-cache-semantics) holds, seen from a client and an origin.
import { foreign } from "../support/foreign.ts";
import { after, ask, cc, fromNow, get, sinceNoon } from "../support/rows.ts";

const { holds } = foreign("http-cache-semantics");

const LONG_AGO = sinceNoon(-864_000); // ten days: a tenth of it is a day

// test/responsetest.js

holds("test/responsetest.js", "odd commas and blanks between directives, and unknown ones, do no harm", {
  given: [cc(",,,,max-age=456      ,foo=bar, ,baz")],
  when: [get(), after(400), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("test/responsetest.js", "a max-age in quotes is its number", {
  given: [cc('max-age="678"')],
  when: [get(), after(600), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("test/responsetest.js", "quotes hide what is in them: no directive hides there", {
  given: [cc('foo="no-store, max-age=0", max-age=60')],
  when: [get(), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("test/responsetest.js", "pre-check and post-check say nothing", {
  given: [cc("max-age=100, post-check=0, pre-check=0")],
  when: [get(), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("test/responsetest.js", "Expires counts from the response's own Date", {
  given: [{ headers: { date: fromNow(-100), expires: fromNow(-40) } }],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/responsetest.js", "an Expires without a Date counts from when it came", {
  given: [{ undated: true, headers: { expires: fromNow(3_600) } }],
  when: [get(), after(3_590), get(), after(20), get()],
  expect: ["1", "1", "2"],
  asked: 2,
});

holds("test/responsetest.js", "of Age and the Date the greater age counts", {
  given: [cc("max-age=100", { date: fromNow(-90), age: "5" })],
  when: [get(), after(9), get(), after(2), get()],
  expect: ["1", { body: "1", headers: { age: "99" } }, "2"],
  asked: 2,
});

holds("test/responsetest.js", "a page that has not changed for ten days is fresh for one, by the heuristic", {
  given: [{ headers: { "last-modified": LONG_AGO } }],
  when: [get(), after(86_000), get(), after(1_000), get()],
  expect: ["1", "1", "2"],
  asked: 2,
});

holds("test/responsetest.js", "immutable does not outlive its max-age", {
  given: [cc("immutable, max-age=10")],
  when: [get(), after(9), get(), after(2), get()],
  expect: ["1", "1", "2"],
  asked: 2,
});

holds("test/responsetest.js", "immutable without a lifetime is none", {
  given: [cc("immutable")],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/responsetest.js", "a 303 that is declared fresh is stored", {
  given: [{ status: 303, headers: { "cache-control": "max-age=1000", location: "/x" } }],
  when: [get(), get()],
  expect: [
    { status: 303, body: "1" },
    { status: 303, body: "1", headers: { location: "/x" } },
  ],
  asked: 1,
});

holds("test/responsetest.js", "an Expires in the past does not shorten s-maxage", {
  given: [cc("s-maxage=180", { expires: sinceNoon(-1_000) })],
  when: [get(), after(170), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("test/responsetest.js", "fields of one hop are not stored, others are", {
  given: [
    cc("max-age=333", { te: "deflate", oompa: "lumpa", connection: "close, oompa, header", foo: "bar" }),
  ],
  when: [get(), get()],
  expect: ["1", { body: "1", headers: { oompa: null, te: null, foo: "bar", age: "0" } }],
  asked: 1,
});

// test/requesttest.js

holds("test/requesttest.js", "a request with no-store leaves nothing behind", {
  given: [cc("max-age=60")],
  when: [get({ "cache-control": "no-store" }), get(), get()],
  expect: ["1", "2", "2"],
  asked: 2,
});

holds("test/requesttest.js", "a POST is not stored by default", {
  given: [cc("max-age=60")],
  when: [ask("POST", {}, { body: "a" }), ask("POST", {}, { body: "a" }), get()],
  expect: ["1", "2", "3"],
  asked: 3,
});

// test/okhttptest.js

holds("test/okhttptest.js", "a heuristic life ends at a day, however old the page is", {
  given: [{ headers: { "last-modified": sinceNoon(-315_360_000) } }],
  when: [get(), after(86_300), get(), after(200), get()],
  expect: ["1", "1", "2"],
  asked: 2,
});

holds("test/okhttptest.js", "the answers to OPTIONS, PUT and DELETE answer no GET", {
  given: [cc("max-age=3600")],
  when: [ask("OPTIONS"), ask("PUT", {}, { body: "x" }), ask("DELETE"), get()],
  expect: ["1", "2", "3", "4"],
  asked: 4,
});

// test/satisfytest.js

// test/varytest.js

holds("test/varytest.js", "values that Vary compares are case-sensitive", {
  given: [cc("max-age=5", { vary: "X-Weather" })],
  when: [get({ "x-weather": "BAD" }), get({ "x-weather": "bad" }), get({ "x-weather": "BAD" })],
  expect: ["1", "2", "1"],
  asked: 2,
});

holds("test/varytest.js", "a field that is absent is another value than any that is there", {
  given: [cc("max-age=5", { vary: "moon-phase, weather" })],
  when: [
    get({ "moon-phase": "full" }),
    get({ "moon-phase": "full", weather: "" }),
    get({ "moon-phase": "full", weather: "bad" }),
    get(),
  ],
  expect: ["1", "2", "3", "4"],
  asked: 4,
});

holds("test/varytest.js", "the order of the names in Vary and blanks between them make no difference", {
  given: [cc("max-age=5", { vary: "  weather , moon-phase " })],
  when: [get({ "moon-phase": "full", weather: "bad" }), get({ weather: "bad", "moon-phase": "full" })],
  expect: ["1", "1"],
  asked: 1,
});

// test/revalidatetest.js, test/updatetest.js

holds("test/revalidatetest.js", "what has a tag and a Last-Modified is asked about with both", {
  given: [
    cc("max-age=1", { etag: '"123"', "last-modified": LONG_AGO }),
    { status: 304, headers: { etag: '"123"' } },
  ],
  when: [get(), after(2), get()],
  expect: ["1", "1"],
  asked: [{}, { "if-none-match": '"123"', "if-modified-since": "Sat, 14 Nov 2099 12:00:00 GMT" }],
});

holds(
  "test/revalidatetest.js",
  "a client's own condition that fits another version does not stop the refresh of the stored one",
  {
    given: [
      cc("max-age=1", { etag: '"123"' }),
      { status: 304, headers: { etag: '"123"', "cache-control": "max-age=60" } },
    ],
    when: [get(), after(2), get({ "if-none-match": '"foo"' }), get()],
    expect: ["1", { status: 200, body: "1" }, "1"],
    asked: [{}, { "if-none-match": '"123"' }],
  },
);

holds("test/revalidatetest.js", "what has no validator is asked for without conditions", {
  given: [cc("max-age=1")],
  when: [get(), after(2), get()],
  expect: ["1", "2"],
  asked: [{}, { "if-none-match": null, "if-modified-since": null }],
});

holds("test/updatetest.js", "a 304 renews the fields and keeps the length of what is stored", {
  given: [
    cc("max-age=1", { etag: '"123"', "x-server": "old" }),
    {
      status: 304,
      headers: { etag: '"123"', "cache-control": "max-age=60", "x-server": "new", "content-length": "999" },
    },
  ],
  when: [get(), after(2), get(), get()],
  expect: [
    { headers: { "x-server": "old" } },
    { body: "1", headers: { "x-server": "new", "content-length": "1" } },
    { body: "1", headers: { "x-server": "new", "content-length": "1" } },
  ],
  asked: 2,
});

holds("test/updatetest.js", "a 304 under another tag does not renew what is stored", {
  given: [
    cc("max-age=1", { etag: '"123"' }),
    { status: 304, headers: { etag: '"other"', "cache-control": "max-age=60" } },
    cc("max-age=60", { etag: '"other"' }),
  ],
  when: [get(), after(2), get(), get()],
  expect: [{ body: "1" }, { status: 200, body: "3" }, { body: "3" }],
  asked: 3,
});

holds("test/updatetest.js", "a 304 with another Last-Modified does not renew what is stored", {
  given: [
    cc("max-age=1", { "last-modified": LONG_AGO }),
    { status: 304, headers: { "last-modified": sinceNoon(-10), "cache-control": "max-age=60" } },
    cc("max-age=60", { "last-modified": sinceNoon(-10) }),
  ],
  when: [get(), after(2), get(), get()],
  expect: [{ body: "1" }, { status: 200, body: "3" }, { body: "3" }],
  asked: 3,
});

// test/misctest.js

holds("test/misctest.js", "a Date a little ahead of the edge's clock makes nothing stale", {
  given: [cc("public, max-age=60, s-maxage=60", { date: fromNow(5) })],
  when: [get(), after(50), get()],
  expect: ["1", "1"],
  asked: 1,
});
