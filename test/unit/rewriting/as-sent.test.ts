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
  "via",
  "x-a",
  "x_a",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
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

describe("fieldAsSent", () => {
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
