// Stale content: stale-while-revalidate (§3) and stale-if-error (§4).
import { after, cc, type Given, get, type Row } from "../../support/rows.ts";

const SWR = "max-age=10, stale-while-revalidate=60";
const SIE = "max-age=10, stale-if-error=60";
const dead = { dies: "connection" } as const;

const standsIn = (name: string, given: Given): Row => ({
  clause: "§4",
  name,
  given: [cc(SIE), given],
  when: [get(), after(20), get(), after(49), get(), after(1), get()],
  expect: [
    "1",
    {
      status: 200,
      body: "1",
      headers: { age: "20", "cache-status": /detail=stale-if-(error|disconnected)$/ },
    },
    { status: 200, body: "1" },
    { status: given.dies ? 200 : (given.status ?? 0) },
  ],
  asked: 4,
});

export const staleContent: Row[] = [
  {
    clause: "§3",
    name: "a stale response is served at once, and refreshed behind the client's back",
    given: [cc(SWR)],
    when: [get(), after(20), get(), get()],
    expect: [
      "1",
      {
        body: "1",
        headers: { age: "20", "cache-status": "headgate; hit; ttl=-10; detail=stale-while-revalidate" },
      },
      { body: "2", headers: { age: "0", "cache-status": "headgate; hit; ttl=10" } },
    ],
    asked: 2,
  },
  {
    clause: "§3",
    name: "a fresh response is not refreshed",
    given: [cc(SWR)],
    when: [get(), after(9), get(), get()],
    expect: ["1", "1", "1"],
    asked: 1,
  },
  {
    clause: "§3",
    name: "beyond its time the client waits for the origin",
    given: [cc(SWR)],
    when: [get(), after(70), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "§3",
    name: "the refresh asks with the stored validator, and a 304 is enough",
    given: [cc(SWR, { etag: '"a"' }), { ...cc(SWR), status: 304 }],
    when: [get(), after(20), get(), get()],
    expect: ["1", "1", { body: "1", headers: { age: "0" } }],
    asked: [{}, { "if-none-match": '"a"' }],
  },
  {
    clause: "§3",
    name: "the refresh wants the whole, whatever part or condition the client asks for",
    given: [{ ...cc(SWR), body: "0123456789" }],
    when: [get(), after(20), get({ range: "bytes=0-1", "if-none-match": '"x"' }), get()],
    expect: ["0123456789", { status: 206, body: "01" }, "0123456789"],
    asked: [{}, { range: null, "if-none-match": null }],
  },
  {
    clause: "§3",
    name: "a refresh that fails leaves the stale response for the time it has",
    given: [cc(SWR), dead, { status: 500 }, cc(SWR)],
    when: [get(), after(20), get(), get(), get(), get()],
    expect: ["1", "1", "1", "1", "4"],
    asked: 4,
  },
  {
    clause: "§3",
    name: "must-revalidate beside it leaves it without effect",
    given: [cc(`${SWR}, must-revalidate`)],
    when: [get(), after(20), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  standsIn("it stands in for a 500", { status: 500 }),
  standsIn("it stands in for a 502", { status: 502 }),
  standsIn("it stands in for a 503", { status: 503 }),
  standsIn("it stands in for a 504", { status: 504 }),
  standsIn("it stands in for an origin that is cut off, even longer", dead),
  {
    clause: "§4",
    name: "another status of the origin is passed on",
    given: [cc(SIE), { status: 404 }],
    when: [get(), after(20), get()],
    expect: ["1", { status: 404, body: "2" }],
    asked: 2,
  },
  {
    clause: "§4",
    name: "as soon as the origin recovers its answer is given",
    given: [cc(SIE), { status: 503 }, cc(SIE)],
    when: [get(), after(20), get(), get(), get()],
    expect: ["1", "1", "3", "3"],
    asked: 3,
  },
  {
    clause: "§4",
    name: "must-revalidate beside it leaves it without effect",
    given: [cc(`${SIE}, must-revalidate`), { status: 503 }],
    when: [get(), after(20), get()],
    expect: ["1", { status: 503 }],
    asked: 2,
  },
  {
    clause: "§4",
    name: "a HEAD and a range are served from it too",
    given: [{ ...cc(SIE), body: "0123456789" }, dead],
    when: [get(), after(20), get({ range: "bytes=0-1" }), { method: "HEAD", path: "", headers: {} }],
    expect: ["0123456789", { status: 206, body: "01" }, { status: 200, body: "" }],
    asked: 3,
  },
];
