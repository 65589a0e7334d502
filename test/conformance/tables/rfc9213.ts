// Targeted Cache-Control: directives for the caches of a CDN, and among them for this one alone.
import { after, cc, type Fields, fromNow, get, type Row } from "../../support/rows.ts";

/** Which of several fields is heeded: the one whose lifetime the response has. */
const heeded = (clause: string, name: string, headers: Fields, seconds: number): Row => ({
  clause,
  name,
  given: [{ headers: { etag: '"a"', ...headers } }],
  when: seconds === 0 ? [get(), get()] : [get(), after(seconds - 1), get(), after(1), get()],
  expect: seconds === 0 ? ["1", "2"] : ["1", "1", "2"],
  asked: 2,
});

export const targeted: Row[] = [
  heeded(
    "§2.2",
    "CDN-Cache-Control beats Cache-Control",
    { "cache-control": "max-age=5", "cdn-cache-control": "max-age=60" },
    60,
  ),
  heeded(
    "§2.2",
    "Headgate-Cache-Control beats CDN-Cache-Control",
    { "cdn-cache-control": "max-age=5", "headgate-cache-control": "max-age=60" },
    60,
  ),
  heeded(
    "§2.2",
    "CDN-Cache-Control beats Surrogate-Control",
    { "surrogate-control": "max-age=5", "cdn-cache-control": "max-age=60" },
    60,
  ),
  heeded(
    "§2.2",
    "Surrogate-Control beats Cache-Control",
    { "cache-control": "max-age=5", "surrogate-control": "max-age=60" },
    60,
  ),
  heeded(
    "§2.2",
    "where one speaks, all of Cache-Control is void",
    { "cache-control": "no-store, private", "cdn-cache-control": "max-age=60" },
    60,
  ),
  heeded(
    "§2.2",
    "where one speaks, Expires is void",
    { expires: fromNow(60), "cdn-cache-control": "public" },
    0,
  ),
  heeded(
    "§2.2",
    "an empty field does not speak",
    { "cache-control": "max-age=60", "cdn-cache-control": "" },
    60,
  ),
  heeded(
    "§2.2",
    "an unknown CDN's field is not for us",
    { "cache-control": "max-age=60", "other-cdn-cache-control": "max-age=5" },
    60,
  ),
  heeded(
    "§2.1",
    "a field that is no dictionary is ignored",
    { "cache-control": "max-age=60", "cdn-cache-control": "max-age=5;;" },
    60,
  ),
  heeded(
    "§2.1",
    "a number in quotes is not of the right type: the field is ignored",
    { "cache-control": "max-age=60", "cdn-cache-control": 'max-age="5"' },
    60,
  ),
  heeded(
    "§2.1",
    "names are in lower case, or the field is ignored",
    { "cache-control": "max-age=60", "cdn-cache-control": "Max-Age=5" },
    60,
  ),
  heeded(
    "§2.1",
    "of a name given twice the last counts",
    { "cdn-cache-control": "max-age=5, max-age=60" },
    60,
  ),
  heeded("§2.1", "parameters of a member say nothing", { "cdn-cache-control": "max-age=60;x=1" }, 60),
  heeded("§2.1", "two lines are one dictionary", { "cdn-cache-control": ["max-age=60", "foo"] }, 60),
  heeded("§2.1", "s-maxage beats max-age here too", { "cdn-cache-control": "max-age=5, s-maxage=60" }, 60),
  heeded("§2.1", "no-store=?0 is no no-store", { "cdn-cache-control": "max-age=60, no-store=?0" }, 60),
  heeded(
    "§2.2",
    "no-store is for us, whatever browsers may keep",
    { "cache-control": "max-age=60", "cdn-cache-control": "no-store" },
    0,
  ),
  heeded(
    "§2.2",
    "private is for us too",
    { "cache-control": "max-age=60", "cdn-cache-control": "private, max-age=60" },
    0,
  ),
  heeded(
    "§2.2",
    "no-cache is for us too",
    { "cache-control": "max-age=60", "cdn-cache-control": "no-cache, max-age=60" },
    0,
  ),
  heeded(
    "Surrogate-Control",
    "one that speaks of other things leaves Cache-Control in force",
    { "cache-control": "private, max-age=60", "surrogate-control": 'content="ESI/1.0"' },
    0,
  ),
  {
    clause: "§2.2",
    name: "must-revalidate in the targeted field forbids a stale answer",
    given: [
      { headers: { etag: '"a"', "cdn-cache-control": "must-revalidate, max-age=1" } },
      { dies: "connection" },
    ],
    when: [get(), after(2), get()],
    expect: ["1", { status: 502 }],
    asked: 2,
  },
  {
    clause: "§2.2",
    name: "stale-while-revalidate in the targeted field works",
    given: [{ headers: { "cdn-cache-control": "max-age=1, stale-while-revalidate=60" } }],
    when: [get(), after(2), get(), get()],
    expect: ["1", "1", "2"],
    asked: 2,
  },
  {
    clause: "§2.3",
    name: "our own field is taken off, the others' pass on to whoever is behind us",
    given: [cc("max-age=5", { "headgate-cache-control": "max-age=60", "cdn-cache-control": "max-age=30" })],
    when: [get(), after(10), get()],
    expect: [
      { body: "1", headers: { "headgate-cache-control": null, "cdn-cache-control": "max-age=30" } },
      {
        body: "1",
        headers: {
          "headgate-cache-control": null,
          "cdn-cache-control": "max-age=30",
          "cache-control": "max-age=5",
        },
      },
    ],
    asked: 1,
  },
  {
    clause: "§2.3",
    name: "our own field is taken off where nothing is stored too",
    given: [{ headers: { "headgate-cache-control": "no-store" } }],
    when: [get()],
    expect: [{ headers: { "headgate-cache-control": null } }],
    asked: 1,
  },
  {
    clause: "§2.3",
    name: "and where the cache is off",
    cache: "off",
    given: [{ headers: { "headgate-cache-control": "max-age=60" } }],
    when: [get(), get()],
    expect: [{ body: "1", headers: { "headgate-cache-control": null } }, "2"],
    asked: 2,
  },
];
