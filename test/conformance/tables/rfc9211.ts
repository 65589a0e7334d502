// Cache-Status: what the cache did, and why it did not.
import { after, ask, cc, get, type Row, type Step } from "../../support/rows.ts";

const says = (value: string) => ({ headers: { "cache-status": value } });

/** What a first request is told. */
const told = (
  clause: string,
  name: string,
  first: Step,
  given: Row["given"][number],
  value: string,
): Row => ({
  clause,
  name,
  given: [given],
  when: [first],
  expect: [says(value)],
  asked: value.includes("fwd") ? 1 : 0,
});

export const cacheStatus: Row[] = [
  told(
    "§2.2",
    "uri-miss: nothing is stored for the URI",
    get(),
    cc("max-age=60"),
    "headgate; fwd=uri-miss; fwd-status=200; stored",
  ),
  {
    clause: "§2.1",
    name: "hit, with the rest of its freshness as ttl",
    given: [cc("max-age=60")],
    when: [get(), after(20), get()],
    expect: [{}, says("headgate; hit; ttl=40")],
    asked: 1,
  },
  {
    clause: "§2.2",
    name: "vary-miss: something is stored, but for other requests",
    given: [cc("max-age=60", { vary: "Foo" })],
    when: [get({ foo: "1" }), get({ foo: "2" })],
    expect: [{}, says("headgate; fwd=vary-miss; fwd-status=200; stored")],
    asked: 2,
  },
  {
    clause: "§2.2",
    name: "stale, and the origin's own status where it said not modified",
    given: [cc("max-age=1", { etag: '"a"' }), { ...cc("max-age=60"), status: 304 }],
    when: [get(), after(2), get()],
    expect: [{}, { status: 200, ...says("headgate; fwd=stale; fwd-status=304; stored") }],
    asked: 2,
  },
  told(
    "§2.2",
    "method: an unsafe method is never answered from the store",
    ask("POST"),
    {},
    "headgate; fwd=method; fwd-status=200; detail=unsafe-method",
  ),
  told(
    "§2.2",
    "method: one that the route does not cache",
    ask("OPTIONS"),
    {},
    "headgate; fwd=method; fwd-status=200; detail=method-not-cached",
  ),
  told(
    "§2.2",
    "bypass: the request is the origin's to judge",
    get({ "if-match": "*" }),
    {},
    "headgate; fwd=bypass; fwd-status=200; detail=if-match",
  ),
  {
    ...told(
      "§2.2",
      "bypass: the route's cache is off",
      get(),
      {},
      "headgate; fwd=bypass; fwd-status=200; detail=cache-off",
    ),
    cache: "off",
  },
  {
    clause: "§2.2",
    name: "partial: the rest of what is stored was fetched",
    given: [
      { ...cc("max-age=60", { etag: '"a"', "content-range": "bytes 0-4/10" }), status: 206, body: "01234" },
      { ...cc("max-age=60", { etag: '"a"', "content-range": "bytes 5-9/10" }), status: 206, body: "56789" },
    ],
    when: [get({ range: "bytes=0-4" }), get()],
    expect: [{}, says("headgate; fwd=partial; fwd-status=206; stored")],
    asked: 2,
  },
  told(
    "§2.8",
    "detail: why it was not stored (no-store)",
    get(),
    cc("no-store"),
    "headgate; fwd=uri-miss; fwd-status=200; detail=no-store",
  ),
  told(
    "§2.8",
    "detail: why it was not stored (private)",
    get(),
    cc("private"),
    "headgate; fwd=uri-miss; fwd-status=200; detail=private",
  ),
  told(
    "§2.8",
    "detail: why it was not stored (set-cookie)",
    get(),
    cc("max-age=60", { "set-cookie": "a=1" }),
    "headgate; fwd=uri-miss; fwd-status=200; detail=set-cookie",
  ),
  {
    clause: "§2.8",
    name: "detail: a stale answer says what allowed it",
    given: [
      cc("max-age=1, stale-while-revalidate=5, stale-if-error=60"),
      { status: 503 },
      { status: 503 },
      { dies: "connection" },
    ],
    when: [get(), after(2), get(), after(5), get(), get()],
    expect: [
      {},
      says("headgate; hit; ttl=-1; detail=stale-while-revalidate"),
      says("headgate; fwd=stale; fwd-status=503; detail=stale-if-error"),
      says("headgate; fwd=stale; detail=stale-if-disconnected"),
    ],
    asked: 4,
  },
  {
    clause: "§2",
    name: "a cache further back is listed first",
    given: [cc("max-age=60", { "cache-status": "inner; hit" })],
    when: [get()],
    expect: [says("inner; hit, headgate; fwd=uri-miss; fwd-status=200; stored")],
    asked: 1,
  },
  {
    clause: "§2",
    name: "a stored response keeps what the cache further back said when it came",
    given: [cc("max-age=60", { "cache-status": "inner; hit" })],
    when: [get(), get()],
    expect: [{}, says("inner; hit, headgate; hit; ttl=60")],
    asked: 1,
  },
];
