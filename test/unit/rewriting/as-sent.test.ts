// One field of the request as the origin sees it, without building the whole request: it must be the same one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldAsSent } from "../../../worker/rewriting/as-sent.ts";
import { aSelectingRequest } from "../caching/an-entry.ts";

const NAMES = [
  "accept",
  "accept-encoding",
  "accept-language",
  "cookie",
  "connection",
  "content-type",
  "destination",
  "expect",
  "forwarded",
  "host",
  "if",
  "max-forwards",
  "origin",
  "proxy",
  "te",
  "upgrade",
  "user-agent",
  "user_agent",
  "via",
  "x-a",
  "x_a",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x_forwarded_for",
  "x-http-method-override",
  "x-middleware-prefetch",
  "x-now-route-matches",
  "x-original-url",
  "x-request-id",
];
const VALUES = ["", "1", "a, b", "a=1, b=2", "keep-alive", "close, X-A", "accept, x_a, cookie", "websocket"];

const fields = fc.dictionary(
  fc.constantFrom(...NAMES.filter((name) => name !== "host")),
  fc.constantFrom(...VALUES),
  { maxKeys: 8 },
);
const edits = fc.record({
  remove: fc.uniqueArray(fc.constantFrom("x-a", "x_a", "accept", "cookie", "origin"), { maxLength: 2 }),
  set: fc.dictionary(
    fc.constantFrom("x-a", "user-agent", "user_agent", "cookie", "x-b"),
    fc.constantFrom("set", "${client.ip}", "${client.country}"),
    {
      maxKeys: 2,
    },
  ),
  add: fc.dictionary(fc.constantFrom("x-a", "accept"), fc.constant("added"), { maxKeys: 1 }),
});

type Fields = Record<string, string>;
type Row = [
  what: string,
  name: string,
  headers: Fields,
  sent: string | null,
  edits?: Parameters<typeof aSelectingRequest>[1],
  method?: string,
];

describe("a field as it is sent", () => {
  // None of these needs the whole request, so a hit that is selected by them does not build one.
  it.each<Row>([
    ["is the client's own", "accept", { accept: "a, b=c" }, "a, b=c"],
    ["is none where the client has none", "accept", {}, null],
    ["is none of cookies where there are none", "cookie", {}, null],
    ["is one line of cookies (RFC 6265 §5.4)", "cookie", { cookie: "a=1, b=2" }, "a=1; b=2"],
    ["is none where it concerns one connection", "te", { te: "trailers" }, null],
    ["is none where it claims what the edge knows", "x-original-url", { "x-original-url": "/admin" }, null],
    ["is none where it steers a framework", "x-middleware-prefetch", { "x-middleware-prefetch": "1" }, null],
    ["is none where its spelling hides a well-known field", "user_agent", { user_agent: "x" }, null],
    [
      "is none where it is another spelling of what the site writes",
      "x_a",
      { x_a: "1" },
      null,
      { set: { "x-a": "s" } },
    ],
    ["is none where it is the other spelling of that", "x-a", { "x-a": "1" }, null, { remove: ["x_a"] }],
    ["is the client's own beside what the site edits", "x-b", { "x-b": "1" }, "1", { remove: ["x-a"] }],
    ["is what it was where the connection is kept", "x-b", { "x-b": "1", connection: "keep-alive" }, "1"],
    ["is what it was where the connection is closed", "x-b", { "x-b": "1", connection: "Close" }, "1"],
  ])("%s", (_what, name, headers, sent, edits) => {
    const request = aSelectingRequest({ headers }, edits);
    const ask = () => expect.fail("the whole request is built");
    expect(fieldAsSent({ ...request, ask }, name)).toBe(sent);
    expect(request.ask().headers.get(name)).toBe(sent);
  });

  it.each<Row>([
    [
      "the edge writes it, whatever the client says",
      "forwarded",
      { forwarded: "for=x" },
      "for=192.0.2.1;host=a.test;proto=https",
    ],
    [
      "the edge writes it, whatever the client says",
      "x-forwarded-for",
      { "x-forwarded-for": "x" },
      "192.0.2.1",
    ],
    ["the edge writes it, whatever the client says", "x-forwarded-host", {}, "a.test"],
    ["the edge writes it, whatever the client says", "x-request-id", { "x-request-id": "x" }, "id"],
    ["the edge adds to it", "via", { via: "1.0 x" }, "1.0 x, 1.1 headgate"],
    ["the edge adds to it", "cdn-loop", { "cdn-loop": "x" }, "x, a"],
    ["the edge counts it", "max-forwards", { "max-forwards": "7" }, "6", undefined, "OPTIONS"],
    ["this hop needs it too", "upgrade", { upgrade: "websocket", connection: "upgrade" }, "websocket"],
    ["this hop needs it too", "upgrade", { upgrade: "websocket" }, "websocket"],
    ["the site edits it", "x-a", { "x-a": "1" }, "1, s", { add: { "x-a": "s" } }],
    ["Connection names it, and closes too", "x-a", { "x-a": "1", connection: "x-a, close" }, null],
    ["Connection names it, and closes too", "x-a", { "x-a": "1", connection: "close, x-a" }, null],
    [
      "Connection names one that begins with such a word",
      "close-x",
      { "close-x": "1", connection: "close-x" },
      null,
    ],
    [
      "Connection names one that ends in such a word",
      "x-close",
      { "x-close": "1", connection: "x-close" },
      null,
    ],
    ["Connection names it", "x-a", { "x-a": "1", connection: "x-a" }, null],
  ])(
    "is read from the request that is sent where %s: %s",
    (_what, name, headers, sent, edits, method = "GET") => {
      const request = aSelectingRequest({ method, headers }, edits);
      expect(fieldAsSent(request, name)).toBe(sent);
    },
  );

  it("tells what toOrigin sends, for any fields and any edits of the route", () => {
    const property = fc.property(
      fields,
      fc.option(edits, { nil: undefined }),
      fc.constantFrom("GET", "OPTIONS", "QUERY", "POST"),
      fc.constantFrom(...NAMES),
      (headers, edit, method, name) => {
        const request = aSelectingRequest({ method, headers }, edit);
        expect(fieldAsSent(request, name)).toBe(request.ask().headers.get(name));
      },
    );
    fc.assert(property, { seed: 1, numRuns: 2_000 });
  });
});
