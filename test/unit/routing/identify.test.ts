import { describe, expect, it } from "vitest";
import { compileAddressSet } from "../../../worker/routing/address-set.ts";
import { asSiteSees } from "../../../worker/routing/identify.ts";
import { anAsked } from "../../support/asked.ts";

const PROXY = "10.0.0.1";
const site = { trustedProxies: compileAddressSet(["10.0.0.0/8"]), mergesSlashes: true };
const seen = (headers: Record<string, string>, ip = PROXY) =>
  asSiteSees(anAsked("http://edge.test/", { ip, headers }), site);

describe("behind a trusted proxy", () => {
  it.each([
    ["names nobody", "", "10.0.0.1", ["10.0.0.1"]],
    ["names a client", "203.0.113.9", "203.0.113.9", ["203.0.113.9", "10.0.0.1"]],
    [
      "names a chain of proxies",
      "203.0.113.9, 10.0.0.2",
      "203.0.113.9",
      ["203.0.113.9", "10.0.0.2", "10.0.0.1"],
    ],
    ["hands on what the client made up", "1.1.1.1, 203.0.113.9", "203.0.113.9", ["203.0.113.9", "10.0.0.1"]],
    ["hands on rubbish of the client's", "<script>, 203.0.113.9", "203.0.113.9", ["203.0.113.9", "10.0.0.1"]],
    ["does not know", "203.0.113.9, unknown", "10.0.0.1", ["10.0.0.1"]],
    ["writes a port", "203.0.113.9:4711", "203.0.113.9", ["203.0.113.9", "10.0.0.1"]],
    ["writes IPv6", "[2001:DB8::9]:4711", "2001:db8::9", ["2001:db8::9", "10.0.0.1"]],
    ["writes IPv4 as IPv6", "::ffff:203.0.113.9", "203.0.113.9", ["203.0.113.9", "10.0.0.1"]],
    ["writes an address that parsers disagree on", "010.0.0.9", "10.0.0.1", ["10.0.0.1"]],
  ])("the client is found where the proxy %s", (_name, field, client, hops) => {
    expect(seen({ "x-forwarded-for": field })).toMatchObject({ client: { ip: client }, hops });
  });

  it("the client is read from Forwarded where there is no X-Forwarded-For", () => {
    const field = 'for="[2001:db8::9]:4711";proto=https;host="a.test:444", for=10.0.0.2';
    expect(seen({ forwarded: field }).client.ip).toBe("2001:db8::9");
    expect(seen({ forwarded: 'For=203.0.113.9;PROTO=https;host="a.test"' })).toMatchObject({
      client: { ip: "203.0.113.9" },
      scheme: "https",
      authority: "a.test",
    });
  });

  it("a port that the proxy keeps to itself hides no address", () => {
    expect(seen({ forwarded: 'for="203.0.113.9:_gazonk", for="[2001:db8::9]:_x"' }).hops).toEqual([
      "2001:db8::9",
      PROXY,
    ]);
  });

  it("a comma within quotes begins no hop", () => {
    expect(seen({ forwarded: 'for=203.0.113.9;by="x, for=1.1.1.1"' }).client.ip).toBe("203.0.113.9");
  });

  it.each([
    ["https", "https"],
    ["HTTPS", "https"],
    ["http", "http"],
    ["http, https", "https"],
    ["ftp", "http"],
  ])("the scheme is what it says: %s", (field, scheme) => {
    expect(seen({ "x-forwarded-proto": field }).scheme).toBe(scheme);
  });

  // Each trusted proxy adds one member at the end. What stands further left was written by the client.
  it.each([
    ["203.0.113.9", "http, https", "https"],
    ["203.0.113.9, 10.0.0.2", "https, http", "https"],
    ["203.0.113.9, 10.0.0.2", "http, https, http", "https"],
    ["203.0.113.9, 10.0.0.3, 10.0.0.2", "http, https, http, http", "https"],
    ["203.0.113.9, 198.51.100.1, 10.0.0.2", "https, http, http", "http"],
    ["unknown, 10.0.0.2", "https, http, http", "http"],
    ["", "https, http", "http"],
  ])(
    "of the chain %j and the schemes %j, %s was seen by the first trusted proxy",
    (chain, schemes, scheme) => {
      expect(seen({ "x-forwarded-for": chain, "x-forwarded-proto": schemes }).scheme).toBe(scheme);
    },
  );

  it("the country is known only of a client that is the peer itself", () => {
    const asked = (field: string) =>
      anAsked("http://edge.test/", { ip: PROXY, country: "DE", headers: { "x-forwarded-for": field } });
    expect(asSiteSees(asked(""), site).client).toEqual({ ip: PROXY, country: "DE" });
    expect(asSiteSees(asked("203.0.113.9"), site).client).toEqual({ ip: "203.0.113.9", country: undefined });
  });

  it.each([
    [undefined, true],
    ["x-forwarded", true],
    ["forwarded", false],
  ] as const)(
    "with trustedFields %s, X-Forwarded-* of the request are believed: %s",
    (trustedFields, believed) => {
      const asked = anAsked("http://edge.test/", { ip: PROXY });
      expect(asSiteSees(asked, { ...site, trustedFields }).throughTrustedProxy).toBe(believed);
    },
  );

  it("the public host is what it says, if it is one", () => {
    expect(seen({ "x-forwarded-host": "Shop.Example:8443" }).authority).toBe("shop.example:8443");
    expect(seen({ "x-forwarded-host": "evil.test/path" }).authority).toBe("edge.test");
    expect(seen({ "x-forwarded-host": "a.test:443", "x-forwarded-proto": "https" }).authority).toBe("a.test");
  });

  it("a request id is kept, if it is one", () => {
    expect(seen({ "x-request-id": "abc-123" }).requestId).toBe("abc-123");
    expect(seen({ "x-request-id": 'a"b c' }).requestId).toBeUndefined();
    expect(seen({ "x-request-id": "a".repeat(200) }).requestId).toBeUndefined();
  });
});

describe("from anyone else", () => {
  it("nothing of it is believed", () => {
    const asked = seen(
      {
        "x-forwarded-for": "10.0.0.5",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.test",
        "x-request-id": "mine",
        forwarded: "for=10.0.0.5;proto=https",
      },
      "198.51.100.7",
    );
    expect(asked).toMatchObject({
      client: { ip: "198.51.100.7" },
      hops: null,
      scheme: "http",
      authority: "edge.test",
    });
    expect(asked.requestId).toBeUndefined();
    expect(asked.throughTrustedProxy).toBe(false);
  });

  it("a request that needs no change is handed on as it is", () => {
    const asked = anAsked("http://a.test/a");
    expect(asSiteSees(asked, { trustedProxies: null, mergesSlashes: true })).toBe(asked);
    expect(asSiteSees(asked, site)).toBe(asked);
  });

  it("slashes are merged where the site does not keep them", () => {
    const asked = anAsked("http://a.test//a//b");
    expect(asSiteSees(asked, { trustedProxies: null, mergesSlashes: true }).path).toBe("/a/b");
    expect(asSiteSees(asked, { trustedProxies: null, mergesSlashes: false }).path).toBe("//a//b");
  });
});

describe("an address set", () => {
  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "11.0.0.1", false],
    ["::ffff:0.0.0.0/96", "10.0.0.1", true],
    // Wider than what is written as IPv4: a range of IPv6 that would hold every IPv4 address if it counted as one.
    ["::ffff:0.0.0.0/95", "10.0.0.1", false],
    ["::ffff:10.0.0.0/80", "192.0.2.1", false],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["::ffff:192.0.2.1", "192.0.2.0", false],
    ["2001:db8::/32", "2001:db8:1::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["2001:db8::/32", "10.0.0.1", false],
    ["::/0", "10.0.0.1", false],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.10", false],
    ["192.0.2.1", "192.0.2.0", false],
    ["2001:db8::1", "2001:db8::1", true],
    ["2001:db8::1", "2001:db8::", false],
    ["0.0.0.0/0", "no address", false],
    ["0.0.0.0/0", "1", false],
    ["0.0.0.0/0", "0x7f.1", false],
  ])("%s and %s: %s", (range, ip, held) => {
    expect(compileAddressSet([range]).has(ip)).toBe(held);
  });

  it("holds what one of its ranges holds", () => {
    const set = compileAddressSet(["10.0.0.0/8", "2001:db8::/32"]);
    expect(["10.0.0.1", "2001:db8::1", "192.0.2.1"].map((ip) => set.has(ip))).toEqual([true, true, false]);
    expect(compileAddressSet([]).has("10.0.0.1")).toBe(false);
  });
});
