import { describe, expect, it } from "vitest";
import { claimsOf, parseForwarded, type TrustedFields } from "../../../worker/routing/forwarding-claims.ts";

const claims = (headers: Record<string, string>, fields?: TrustedFields) =>
  claimsOf(new Headers(headers), fields);
const NOTHING = { chain: [], schemes: [], hosts: [], requestId: undefined };

describe("which fields are read", () => {
  const both = {
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "x.test",
    forwarded: "for=192.0.2.2;proto=http;host=f.test",
  };
  const fromX = { chain: ["192.0.2.1"], schemes: ["https"], hosts: ["x.test"] };
  const fromForwarded = { chain: ["192.0.2.2"], schemes: ["http"], hosts: ["f.test"] };

  it.each([
    ["x-forwarded", both, fromX],
    ["forwarded", both, fromForwarded],
    [undefined, both, fromX],
    // A client can write the field that the proxies do not write.
    ["x-forwarded", { forwarded: both.forwarded }, NOTHING],
    ["forwarded", { ...both, forwarded: "" }, NOTHING],
    // If the site does not say, a value that is missing in one is looked up in the other.
    [undefined, { forwarded: both.forwarded }, fromForwarded],
    [undefined, { ...both, "x-forwarded-for": "" }, { ...fromX, chain: [undefined] }],
    [
      undefined,
      { "x-forwarded-for": "192.0.2.1", forwarded: both.forwarded },
      { ...fromForwarded, chain: ["192.0.2.1"] },
    ],
    [
      undefined,
      { "x-forwarded-proto": "https", forwarded: both.forwarded },
      { ...fromForwarded, schemes: ["https"] },
    ],
    [
      undefined,
      { "x-forwarded-host": "x.test", forwarded: both.forwarded },
      { ...fromForwarded, hosts: ["x.test"] },
    ],
    ["x-forwarded", { "x-forwarded-for": "192.0.2.1" }, { ...NOTHING, chain: ["192.0.2.1"] }],
    [undefined, {}, NOTHING],
    ["forwarded", {}, NOTHING],
  ] as [TrustedFields, Record<string, string>, object][])(
    "trustedFields %s and %j",
    (fields, headers, claimed) => {
      expect(claims(headers, fields)).toMatchObject(claimed);
    },
  );
});

describe("the scheme", () => {
  it.each([
    ["http", "http"],
    ["https", "https"],
    ["HTTPS", "https"],
    ["Http", "http"],
    // Some proxies report the scheme of a WebSocket's URL (RFC 6455 §3).
    ["ws", "http"],
    ["wss", "https"],
    ["WSS", "https"],
    ["ftp", undefined],
    ["httpsx", undefined],
    ["", undefined],
  ])("%j is %s", (text, scheme) => {
    expect(claims({ "x-forwarded-proto": text }).schemes).toEqual([scheme]);
    expect(claims({ forwarded: `proto="${text}"` }).schemes).toEqual([scheme]);
  });
});

describe("the request id", () => {
  it.each(["a", "7", "abc-123", "a._:/+=-", "A".repeat(128), "Root=1-67891233-abcdef012345678912345678"])(
    "%s is one",
    (id) => {
      expect(claims({ "x-request-id": id }).requestId).toBe(id);
    },
  );

  // It goes into log lines and header fields, so it may not contain what ends a value there.
  it.each(["", "-a", "=a", "a b", "a,b", 'a"', "a;b", "a\tb", "a<b", "A".repeat(129)])("%j is none", (id) => {
    expect(claims({ "x-request-id": id }).requestId).toBeUndefined();
  });

  it("is absent without the field", () => {
    expect(claims({})).toEqual(NOTHING);
  });
});

describe("Forwarded (RFC 7239 §4)", () => {
  it.each<[field: string, hops: Record<string, string>[]]>([
    ["", []],
    ["for=192.0.2.1", [{ for: "192.0.2.1" }]],
    ["For=192.0.2.1;PROTO=https", [{ for: "192.0.2.1", proto: "https" }]],
    ["for=a, for=b", [{ for: "a" }, { for: "b" }]],
    ["for=a,for=b;by=c", [{ for: "a" }, { for: "b", by: "c" }]],
    [" for=a ; proto=https , for=b ", [{ for: "a", proto: "https" }, { for: "b" }]],
    [", for=a", [{ "": "" }, { for: "a" }]],
    ['for="[2001:db8::1]:80"', [{ for: "[2001:db8::1]:80" }]],
    ['host=""', [{ host: "" }]],
    ["host=a=b", [{ host: "a=b" }]],
    // Within quotes nothing separates, and a backslash escapes the next character.
    ['by="a, b; c=d";for=e', [{ by: "a, b; c=d", for: "e" }]],
    ['by="a\\", for=b";for=c', [{ by: 'a", for=b', for: "c" }]],
    ['by="\\\\";for=c', [{ by: "\\", for: "c" }]],
    ['by="\\a\\b"', [{ by: "ab" }]],
    // Outside quotes a backslash is a character like any other.
    ["for=a\\,for=b", [{ for: "a\\" }, { for: "b" }]],
    ['by=x";y=";for=c', [{ by: 'x";y="', for: "c" }]],
    // Half a quoted string is not one.
    ['host="', [{ host: '"' }]],
    ['host="a', [{ host: '"a' }]],
    ['host="a"b', [{ host: '"a"b' }]],
    ['host=a"', [{ host: 'a"' }]],
    ['host="a, for=b', [{ host: '"a, for=b' }]],
  ])("%s", (field, hops) => {
    expect(parseForwarded(field).map((hop) => Object.fromEntries(hop))).toEqual(hops);
  });

  it("names a hop without `for` by no address", () => {
    const { chain, schemes, hosts } = claims({ forwarded: "proto=https, for=192.0.2.1;host=a.test" });
    expect(chain).toEqual([undefined, "192.0.2.1"]);
    expect(schemes).toEqual(["https", undefined]);
    expect(hosts).toEqual([undefined, "a.test"]);
  });
});
