// RFC 9111 §4.2.4: when a stale response is served, and when it is not.
import { after, cc, get, type Row } from "../../../support/rows.ts";

const dead = { dies: "connection" } as const;

const neverStale = (directives: string): Row => ({
  clause: "§4.2.4",
  name: `${directives.split(/[,=]/)[0]} forbids a stale answer, whatever became of the origin`,
  given: [cc(directives, { etag: '"a"' }), dead],
  when: [get(), after(2), get()],
  expect: ["1", { status: 502 }],
  asked: 2,
});

export const stale: Row[] = [
  {
    clause: "§4.2.4",
    name: "a stale response is not served while the origin can be asked",
    given: [cc("max-age=1")],
    when: [get(), after(2), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "§4.2.4",
    name: "a stale response stands in for an origin that is cut off, for a day",
    given: [cc("max-age=1", { etag: '"a"' }), dead],
    when: [get(), after(86_400), get(), after(3), get()],
    expect: [
      "1",
      { body: "1", headers: { age: "86400", "cache-status": /detail=stale-if-disconnected$/ } },
      { status: 502 },
    ],
    asked: 3,
  },
  {
    clause: "§4.2.4",
    name: "an error of the origin reaches the client where nothing allows stale-if-error",
    given: [cc("max-age=1", { etag: '"a"' }), { status: 503 }],
    when: [get(), after(2), get()],
    expect: ["1", { status: 503, body: "2" }],
    asked: 2,
  },
  neverStale("must-revalidate, max-age=1"),
  neverStale("proxy-revalidate, max-age=1"),
  neverStale("s-maxage=1"),
  neverStale("no-cache, max-age=1"),
];
