// Which URLs, header fields and bodies a route takes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { anAsked, aSite } from "../../support/asked.ts";

type Keys = Pick<SiteFile, "head" | "body">;

function reasonFor(
  keys: Keys,
  { method = "POST", path = "/in/x", headers = {}, untold = false, route = {} as Keys } = {},
): string | undefined {
  const site = aSite({
    ...keys,
    routes: [{ id: "in", match: { path: "/in/*" }, ...route, respond: { status: 200 } }],
  });
  const read = anAsked(`http://a.test${path}`, { method, headers });
  const asked = untold ? ({ ...read, hasUntoldBody: true } as const) : read;
  const decision = decide(site, asked, { requestId: "id", startedAt: 0 }, EMPTY_SNAPSHOT);
  if (decision.kind !== "answer") throw new Error("the edge should answer");
  return decision.outcome.refusal?.reason;
}

describe("head.maxUrl", () => {
  const head = { maxUrl: "20B" };

  it("counts path and query, with the question mark", () => {
    expect(reasonFor({ head }, { path: `/in/${"a".repeat(16)}` })).toBeUndefined();
    expect(reasonFor({ head }, { path: `/in/${"a".repeat(17)}` })).toBe("uri-too-long");
    expect(reasonFor({ head }, { path: `/in/x?${"a".repeat(14)}` })).toBeUndefined();
    expect(reasonFor({ head }, { path: `/in/x?${"a".repeat(15)}` })).toBe("uri-too-long");
  });

  it("is not passed by a spelling that origins see longer, nor failed by one that they see shorter", () => {
    expect(reasonFor({ head }, { path: `/in/${"%41".repeat(16)}` })).toBeUndefined();
    expect(reasonFor({ head }, { path: `/in/${"%41".repeat(17)}` })).toBe("uri-too-long");
    expect(reasonFor({ head }, { path: `/in/x/../${"a".repeat(17)}` })).toBe("uri-too-long");
  });
});

describe("head.maxSize and head.maxFields", () => {
  it("count what all fields take, as HTTP/1.1 sends them", () => {
    const head = { maxSize: "256B" };
    expect(reasonFor({ head }, { headers: { a: "1", b: "x".repeat(245) } })).toBeUndefined(); // 6 + 250
    expect(reasonFor({ head }, { headers: { a: "1", b: "x".repeat(246) } })).toBe("headers-too-large"); // 6 + 251
  });

  // The runtime decodes a value as UTF-8: its length in characters would let three times as much pass.
  it("count bytes, and not characters", () => {
    const head = { maxSize: "256B" };
    expect(reasonFor({ head }, { headers: { a: "1", b: "\u00e9".repeat(122) } })).toBeUndefined(); // 6 + 249
    expect(reasonFor({ head }, { headers: { a: "1", b: "\u00e9".repeat(123) } })).toBe("headers-too-large"); // 6 + 251
  });

  it("count fields of one name once", () => {
    const head = { maxFields: 8 };
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]));
    expect(reasonFor({ head }, { headers: fields(8) })).toBeUndefined();
    expect(reasonFor({ head }, { headers: fields(9) })).toBe("too-many-fields");
  });
});

describe("what a route says", () => {
  it("takes the place of what the site says, key by key", () => {
    const site = { head: { maxUrl: "20B", maxFields: 8 }, body: { max: "10B", types: "text/plain" } };
    const path = `/in/${"a".repeat(30)}`;
    const headers = { "content-length": "20", "content-type": "text/plain" };
    expect(reasonFor(site, { path })).toBe("uri-too-long");
    expect(reasonFor(site, { path, route: { head: { maxUrl: "1KiB" } } })).toBeUndefined();
    expect(reasonFor(site, { headers })).toBe("body-too-large");
    expect(reasonFor(site, { headers, route: { body: { max: "off" } } })).toBeUndefined();
    expect(reasonFor(site, { headers, route: { body: { max: "20B" } } })).toBeUndefined();
    const json = { ...headers, "content-type": "application/json" };
    expect(reasonFor(site, { headers: json, route: { body: { max: "off" } } })).toBe("content-type-refused");
  });
});

// nginx, client_max_body_size (413 by Content-Length, before the body); Envoy, buffer filter; Caddy, request_body max_size.
describe("body.max", () => {
  it.each([
    ["1000", undefined],
    ["1001", "body-too-large"],
    ["1000, 1000", undefined],
    ["1001, 1001", "body-too-large"],
    ["00000000000000001001", "body-too-large"],
    ["9007199254740991", "body-too-large"],
    ["9007199254740993", "bad-framing"],
    ["1000, 1001", "bad-framing"],
    ["-1", "bad-framing"],
  ])("of 1000 B and a Content-Length of %s: %s", (length, reason) => {
    expect(reasonFor({ body: { max: "1000B" } }, { headers: { "content-length": length } })).toBe(reason);
  });

  it("may be none at all", () => {
    expect(reasonFor({ body: { max: "0B" } }, { headers: { "content-length": "0" } })).toBeUndefined();
    expect(reasonFor({ body: { max: "0B" } }, { headers: { "content-length": "1" } })).toBe("body-too-large");
  });

  it("leaves a body in chunks to be counted", () => {
    expect(
      reasonFor({ body: { max: "0B" } }, { headers: { "transfer-encoding": "chunked" } }),
    ).toBeUndefined();
  });
});

// RFC 9110 §8.3, §15.5.16.
describe("body.types", () => {
  const body = { types: ["application/json", "image/*", "application/*+json"] };
  const withType = (type: string | undefined, more: Record<string, string> = {}) =>
    reasonFor(
      { body },
      { headers: { "content-length": "2", ...(type !== undefined && { "content-type": type }), ...more } },
    );

  it.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8;",
    " application/json \t;a=b",
    'application/json; title="a, b"',
    'application/json; title="a\\", b"',
    "image/png",
    "application/problem+json",
  ])("takes %s", (type) => expect(withType(type)).toBeUndefined());

  it.each([
    "text/plain",
    "application/jsonp",
    "application/json/x",
    "xapplication/json",
    "application",
    "application/json, text/plain",
    "text/plain, application/json",
    "application/json; a=b, text/plain",
    "text/plain; a=application/json",
    'application/json; a="b, text/plain',
    "application/json text/plain",
    "application /json",
    "image/",
    "*/*",
    "",
    `application/json; a=${"b".repeat(1_000)}`,
  ])("refuses %s", (type) => expect(withType(type)).toBe("content-type-refused"));

  it("refuses a body without a type, however its length is told", () => {
    expect(withType(undefined)).toBe("content-type-refused");
    expect(reasonFor({ body }, { headers: { "transfer-encoding": "chunked" } })).toBe("content-type-refused");
    expect(reasonFor({ body }, { untold: true })).toBe("content-type-refused");
    expect(reasonFor({ body }, { untold: true, headers: { "content-type": "image/png" } })).toBeUndefined();
  });

  it("asks nothing of a request without a body", () => {
    expect(reasonFor({ body }, {})).toBeUndefined();
    expect(
      reasonFor({ body }, { headers: { "content-length": "0", "content-type": "text/plain" } }),
    ).toBeUndefined();
    expect(reasonFor({ body }, { method: "GET", headers: { "content-type": "text/plain" } })).toBeUndefined();
  });

  it("asks for the method and the type in any spelling that an origin may read", () => {
    expect(withType("image/png", { content_type: "text/html" })).toBe("content-type-refused");
    expect(withType("image/png", { content_type: "image/gif" })).toBeUndefined();
  });

  it("lets no type pass that is not in the list, whatever stands around it", () => {
    const part = fc.constantFrom(
      "text/html",
      "application/json",
      "image/png",
      ",",
      ";",
      '"',
      "\\",
      " ",
      "\t",
      "=",
      "a",
      "/",
      "*",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const type = parts.join("").replace(/^[ \t]+|[ \t]+$/g, "");
        if (withType(type) !== undefined) return;
        // What a strict reader and one that splits at each comma and semicolon make of it.
        const [essence = ""] = type.split(/[;,]/);
        expect(["application/json", "image/png"]).toContain(
          essence.trim().replace(/^image\/.+$/, "image/png"),
        );
        expect(type.replace(/"(?:[^"\\]|\\.)*"/g, "")).not.toContain(",");
      }),
      { numRuns: 3_000 },
    );
  });
});

// The held-out spellings of a path, as for routes that refuse (scenarios/guards.test.ts): none of them leaves the route's limits.
describe("another spelling of a path", () => {
  const SPELLINGS = [
    "/in/x",
    "/%69n/x",
    "/in//x",
    "//in/x",
    "/x/../in/x",
    "/x/%2e%2e/in/x",
    "/in/./x",
    "/in;v=1/x",
    "/;/in/x",
    "/in",
  ];

  it.each(SPELLINGS)("%s has the limits of the route", (path) => {
    const route = { head: { maxFields: 8 }, body: { max: "10B", types: "image/png" } };
    const asked = { path, route };
    const big = { "content-length": "11", "content-type": "image/png" };
    expect(reasonFor({}, { ...asked, headers: big })).toBe("body-too-large");
    expect(reasonFor({}, { ...asked, headers: { ...big, "content-type": "text/plain" } })).toBe(
      "content-type-refused",
    );
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x-${index}`, "1"]));
    expect(reasonFor({}, { ...asked, headers: many })).toBe("too-many-fields");
  });
});
