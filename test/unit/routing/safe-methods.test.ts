import { describe, expect, it } from "vitest";
import { isSafe } from "../../../worker/routing/read-request.ts";

describe("a safe method changes nothing (RFC 9110 §9.2.1)", () => {
  it.each([
    "GET",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "QUERY", // RFC 10008 §2
    "PROPFIND", // RFC 4918 §9.1
    "SEARCH", // RFC 5323 §2.2
    "REPORT", // RFC 3253 §3.6
  ])("%s is safe", (method) => {
    expect(isSafe(method)).toBe(true);
  });

  // The effect of an unknown method is unknown, and methods are case-sensitive (§9.1).
  it.each(["POST", "PUT", "PATCH", "DELETE", "CONNECT", "PURGE", "MKCOL", "PROPPATCH", "get", "MADE-UP", ""])(
    "%j is not",
    (method) => {
      expect(isSafe(method)).toBe(false);
    },
  );
});
