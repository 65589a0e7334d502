import { describe, expect, it } from "vitest";
import { readRequest } from "../../../worker/routing/read-request.ts";

const peer = { ip: "192.0.2.1", country: undefined };
const read = (url: string, { method = "GET", headers = {} as Record<string, string> } = {}) =>
  readRequest({ method, url, headers: new Headers(headers) }, peer);
const refusal = (...request: Parameters<typeof read>) => {
  const result = read(...request);
  return result.ok ? undefined : result.error.refusal.reason;
};

describe("the host", () => {
  it.each([
    ["upper case", "A.TEST", "a.test", "a.test"],
    ["a trailing dot", "a.test.", "a.test", "a.test"],
    ["a port", "a.test:8080", "a.test", "a.test:8080"],
    ["the scheme's own port", "a.test:80", "a.test", "a.test"],
    ["the other scheme's port", "a.test:443", "a.test", "a.test:443"],
    ["the greatest port", "a.test:65535", "a.test", "a.test:65535"],
    ["a port of five digits", "a.test:00081", "a.test", "a.test:81"],
    ["a colon without port", "a.test:", "a.test", "a.test"],
    ["the longest name", "a".repeat(253), "a".repeat(253), "a".repeat(253)],
    ["an underscore", "_dmarc.a.test", "_dmarc.a.test", "_dmarc.a.test"],
    ["an IPv4 address", "192.0.2.7", "192.0.2.7", "192.0.2.7"],
    ["labels that begin with digits", "4chan.9.test", "4chan.9.test", "4chan.9.test"],
    ["a last label that only begins with a digit", "a.1x", "a.1x", "a.1x"],
    ["an IPv6 address", "[2001:DB8:0:0::1]:8080", "[2001:db8::1]", "[2001:db8::1]:8080"],
    ["an IPv4 address as IPv6", "[::FFFF:192.0.2.7]", "[::ffff:c000:207]", "[::ffff:c000:207]"],
  ])("is read from %s", (_name, field, host, authority) => {
    expect(read(`http://${field}/`, { headers: { host: field } })).toMatchObject({
      ok: true,
      value: { host, authority },
    });
  });

  it.each([
    "",
    "a..test",
    ".a.test",
    "-a.test",
    "a.test..",
    "a b.test",
    "user@a.test",
    "a.test:65536",
    "a.test:99999",
    "a.test:000080",
    "a.test:0",
    "a.test:8x",
    "a.test:80:80",
    "a.test, b.test",
    "%61.test",
    "é.test",
    "[::1",
    "[::g]",
    "[1.2.3.4]",
    "[fe80::1%eth0]",
    "999.999.999.999",
    "1.2.3",
    "1.2.3.4.5",
    "0x7f.0.0.1",
    "foo.0x",
    "09.1.1.1",
    "4294967296",
    "a.test.123",
    "a.123.",
    "a".repeat(254),
  ])("is refused as %j", (field) => {
    expect(refusal(`http://${field}/`)).toBe("bad-host");
  });

  it.each(["a.test/admin", "a.test?x", "a.test#x", "a.test\\admin"])(
    "cannot smuggle a path in: %s",
    (field) => {
      expect(refusal(`http://${field}/`, { headers: { host: field } })).toBe("bad-host");
    },
  );
});

describe("Host and URL", () => {
  it.each([
    ["http://a.test/", "A.TEST", undefined],
    ["http://a.test/", "a.test:80", undefined],
    ["http://a.test/", "a.test.", undefined],
    ["http://a.test/", "a.test/admin", "bad-host"],
    ["http://a.test/", "", "bad-host"],
    ["http://a.test/", "a.test, b.test", "bad-host"],
  ])("%s with Host %j is refused as %s", (url, host, reason) => {
    expect(refusal(url, { headers: { host } })).toBe(reason);
  });

  // The platform provides nothing else. What it does not recognize has no host.
  it.each(["ftp://a.test/", "a.test", "/", "", "ftp://a.test/?http://a.test/", "http:///a.test"])(
    "%j is refused: it is no URL of HTTP",
    (url) => {
      expect(refusal(url)).toBe("bad-host");
    },
  );

  it("http and https have different default ports", () => {
    expect(read("http://a.test:443/")).toMatchObject({ value: { scheme: "http", authority: "a.test:443" } });
    expect(read("https://a.test:443/")).toMatchObject({ value: { scheme: "https", authority: "a.test" } });
    expect(read("https://a.test:80/")).toMatchObject({ value: { scheme: "https", authority: "a.test:80" } });
  });
});

describe("the request line", () => {
  it("tells scheme, path and query apart", () => {
    expect(read("https://a.test:443/a/b?x=1?y&z")).toMatchObject({
      value: { scheme: "https", authority: "a.test", path: "/a/b", query: "x=1?y&z" },
    });
  });

  it.each([
    ["http://a.test", "/", ""],
    ["http://a.test?x", "/", "x"],
    ["http://a.test/a#b?c", "/a", ""],
    ["http://a.test/a?b#c", "/a", "b"],
    ["http://a.test/a?", "/a", ""],
    ["http://a.test/http://b.test/?x", "/http://b.test/", "x"],
  ])("reads %s", (url, path, query) => {
    expect(read(url)).toMatchObject({ ok: true, value: { path, query, host: "a.test" } });
  });

  it.each([
    ["http://a.test/", false],
    ["http://a.test/?", true],
    ["http://a.test?", true],
    ["http://a.test/?#x", true],
    ["http://a.test/?x", false],
    ["http://a.test/??", false],
    ["http://a.test/#?", false],
  ])("%s ends in a question mark without a query: %s", (url, loneMark) => {
    expect(read(url)).toMatchObject({ ok: true, value: { loneMark } });
  });

  it("may have 8,192 characters, and no more", () => {
    const base = "http://a.test/";
    const longest = base + "a".repeat(8_192 - base.length);
    expect(refusal(longest)).toBeUndefined();
    expect(refusal(`${longest}a`)).toBe("uri-too-long");
  });

  it.each(["TRACE", "CONNECT"])("refuses %s", (method) => {
    expect(refusal("http://a.test/", { method })).toBe("method-refused");
  });

  it.each(["GET", "HEAD", "POST", "OPTIONS", "QUERY", "PURGE", "PROPFIND"])("takes %s", (method) => {
    expect(refusal("http://a.test/", { method })).toBeUndefined();
  });

  it.each(["/a\uFFFD", "/?a=\uFFFD", "/a'\uFFFD?'"])(
    "refuses %s, which stands for more than one URL",
    (target) => {
      expect(refusal(`http://a.test${target}`)).toBe("unreadable-target");
      expect(refusal(`http://a.test${target.replace("\uFFFD", "%EF%BF%BD")}`)).toBeUndefined();
    },
  );

  // The runtime puts Host before the target as it came, and OPTIONS may have `*` for a target (RFC 9110 §9.3.7).
  it.each([
    ["OPTIONS", "http://a.test*", "a.test", "bad-target"],
    ["OPTIONS", "http://a.test:8080*", "a.test:8080", "bad-target"],
    ["OPTIONS", "http://a.test/", "a.test", undefined],
    ["OPTIONS", "http://a..test*", "a..test", "bad-host"],
    ["OPTIONS", "http://a..test/", "a..test", "bad-host"],
    ["GET", "http://a.test*", "a.test", "bad-host"],
  ])("%s %s with Host %s is refused as %s", (method, url, host, reason) => {
    expect(refusal(url, { method, headers: { host } })).toBe(reason);
  });
});
