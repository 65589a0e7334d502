// HTTP Semantics §8.8 and §13: validators and conditional requests, as far as a cache answers them.
import { after, ask, cc, get, type Row, sinceNoon } from "../../support/rows.ts";

const HOUR_AGO = sinceNoon(-3_600);

export const conditional: Row[] = [
  {
    clause: "§8.8.3.2",
    name: "weak comparison ignores the weakness of either side",
    given: [cc("max-age=60", { etag: '"a"' })],
    when: [get(), get({ "if-none-match": 'W/"a"' }), get({ "if-none-match": '"A"' })],
    expect: ["1", { status: 304 }, { status: 200, body: "1" }],
    asked: 1,
  },
  {
    clause: "§8.8.3",
    name: "a tag may hold a comma and a blank",
    given: [cc("max-age=60", { etag: '"a, b"' })],
    when: [get(), get({ "if-none-match": '"x", "a, b"' }), get({ "if-none-match": '"a", "b"' })],
    expect: ["1", { status: 304, headers: { etag: '"a, b"' } }, { status: 200 }],
    asked: 1,
  },
  {
    clause: "§13.1.1",
    name: "If-Match goes to the origin, past the cache",
    given: [cc("max-age=60", { etag: '"a"' }), { status: 412 }],
    when: [get(), get({ "if-match": '"b"' }), get()],
    expect: [
      "1",
      { status: 412, headers: { "cache-status": /fwd=bypass; fwd-status=412; detail=if-match$/ } },
      "1",
    ],
    asked: [{}, { "if-match": '"b"' }],
  },
  {
    clause: "§13.1.1",
    name: "If-Match on a PUT reaches the origin as it is",
    given: [{ status: 412 }],
    when: [ask("PUT", { "if-match": '"b"' }, { body: "x" })],
    expect: [{ status: 412 }],
    asked: [{ method: "PUT", "if-match": '"b"' }],
  },
  {
    clause: "§13.1.2",
    name: "If-None-Match is answered with 304 to GET and HEAD alike",
    given: [cc("max-age=60", { etag: '"a"' })],
    when: [get(), get({ "if-none-match": '"a"' }), ask("HEAD", { "if-none-match": '"a"' })],
    expect: ["1", { status: 304, body: "" }, { status: 304, body: "" }],
    asked: 1,
  },
  {
    clause: "§13.1.2",
    name: "several If-None-Match fields are one list",
    given: [cc("max-age=60", { etag: '"a"' })],
    when: [get(), get({ "if-none-match": ['"b"', '"a"'] })],
    expect: ["1", { status: 304 }],
    asked: 1,
  },
  {
    clause: "§13.1.3",
    name: "If-Modified-Since is for GET and HEAD alone: a POST reaches the origin with it",
    given: [cc("max-age=60", { "last-modified": HOUR_AGO })],
    when: [
      get(),
      ask("HEAD", { "if-modified-since": HOUR_AGO }),
      ask("POST", { "if-modified-since": HOUR_AGO }),
    ],
    expect: ["1", { status: 304 }, { status: 200, body: "2" }],
    asked: 2,
  },
  {
    clause: "§13.1.3",
    name: "a list of dates is no date",
    given: [cc("max-age=60", { "last-modified": HOUR_AGO })],
    when: [
      get(),
      get({ "if-modified-since": ["Tue, 24 Nov 2099 11:00:00 GMT", "Tue, 24 Nov 2099 11:00:00 GMT"] }),
    ],
    expect: ["1", { status: 200, body: "1" }],
    asked: 1,
  },
  {
    clause: "§13.1.4",
    name: "If-Unmodified-Since goes to the origin, past the cache",
    given: [cc("max-age=60", { "last-modified": HOUR_AGO }), { status: 412 }],
    when: [get(), get({ "if-unmodified-since": sinceNoon(-7_200) })],
    expect: ["1", { status: 412 }],
    asked: [{}, { "if-unmodified-since": "Tue, 24 Nov 2099 10:00:00 GMT" }],
  },
  {
    clause: "§13.2.1",
    name: "a condition does not turn a stored redirect into a 304",
    given: [{ ...cc("max-age=60", { etag: '"a"', location: "/b" }), status: 301 }],
    when: [get(), get({ "if-none-match": '"a"' })],
    expect: ["1", { status: 301 }],
    asked: 1,
  },
  {
    clause: "§13.2.2",
    name: "If-None-Match comes before Range: not modified is 304 and no part",
    given: [{ ...cc("max-age=60", { etag: '"a"' }), body: "0123456789" }],
    when: [
      get(),
      get({ "if-none-match": '"a"', range: "bytes=0-1" }),
      get({ "if-none-match": '"b"', range: "bytes=0-1" }),
    ],
    expect: ["0123456789", { status: 304 }, { status: 206, body: "01" }],
    asked: 1,
  },
  {
    clause: "§15.4.5",
    name: "a 304 carries what a 200 would: Cache-Control, Date, ETag, Expires, Vary",
    given: [
      cc("max-age=60", {
        etag: '"a"',
        expires: "Tue, 24 Nov 2099 12:01:00 GMT",
        vary: "Foo",
        "last-modified": HOUR_AGO,
      }),
    ],
    when: [get(), after(1), get({ "if-none-match": '"a"' })],
    expect: [
      "1",
      {
        status: 304,
        headers: {
          "cache-control": "max-age=60",
          date: "Tue, 24 Nov 2099 12:00:00 GMT",
          etag: '"a"',
          expires: "Tue, 24 Nov 2099 12:01:00 GMT",
          vary: "Foo",
        },
      },
    ],
    asked: 1,
  },
];
