import { describe, expect, it } from "vitest";
import { mirror as schema } from "../../../shared/site/mirror-schema.ts";
import { compileMirror, markedCopy, suitsMirror } from "../../../worker/balancing/mirror.ts";
import { aPool } from "./a-pool.ts";

const compiled = (given: object = {}) =>
  compileMirror(aPool({ a: {} }), schema.parse({ to: "web", ...given }));
const ask = (method: string, headers: Record<string, string> = {}) => ({
  method,
  target: "/",
  authority: "shop.test",
  headers: new Headers(headers),
  receivedBytes: 0,
  otherUrls: [],
});
const stream = () => new ReadableStream<Uint8Array>();

describe("a request that may be mirrored", () => {
  const any = { nonIdempotent: true };
  it.each([
    ["GET without a body", {}, ask("GET"), null, true],
    ["DELETE without a body", {}, ask("DELETE"), null, true],
    ["POST", {}, ask("POST"), null, false],
    ["POST, if the route says so", any, ask("POST"), null, true],
    [
      "POST with an Idempotency-Key: the other pool knows nothing of it",
      {},
      ask("POST", { "idempotency-key": "k" }),
      null,
      false,
    ],
    ["a WebSocket", {}, ask("GET", { upgrade: "websocket" }), null, false],
    [
      "a body of the longest length",
      { maxBody: "5B" },
      ask("PUT", { "content-length": "5" }),
      stream(),
      true,
    ],
    ["a longer body", { maxBody: "5B" }, ask("PUT", { "content-length": "6" }), stream(), false],
    ["a body of undeclared length", {}, ask("PUT"), stream(), false],
    ["bytes that are kept", { maxBody: "5B" }, ask("QUERY"), new Uint8Array(5), true],
    ["too many of them", { maxBody: "5B" }, ask("QUERY"), new Uint8Array(6), false],
  ] as const)("%s", (_what, given, request, body, suits) => {
    expect(suitsMirror(compiled(given), request, body)).toBe(suits);
  });
});

describe("the copy of a request", () => {
  it("has a mark, and headers of its own", () => {
    const original = ask("GET", { "x-a": "1" });
    const copy = markedCopy(original);
    expect([...copy.headers]).toEqual([
      ["x-a", "1"],
      ["x-headgate-mirror", "1"],
    ]);
    expect([...original.headers]).toEqual([["x-a", "1"]]);
  });

  it("gets one attempt", () => {
    const { pool, share } = compiled({ share: "5%" });
    expect([pool.attempts, share]).toEqual([1, 0.05]);
  });
});
