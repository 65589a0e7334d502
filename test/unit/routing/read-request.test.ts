import { describe, expect, it } from "vitest";
import { MAX_URL_LENGTH, readRequest } from "../../../worker/routing/read-request.ts";

const peer = { ip: "192.0.2.1", country: undefined };
const read = (url: string, { method = "GET", headers = {} as Record<string, string> } = {}) =>
  readRequest({ method, url, headers: new Headers(headers) }, peer);
const refusal = (...request: Parameters<typeof read>) => {
  const result = read(...request);
  return result.ok ? undefined : result.error.reason;
};

describe("the host", () => {
  it.each([
    ["upper case", "A.TEST", "a.test", "a.test"],
    ["a trailing dot", "a.test.", "a.test", "a.test"],
    ["a port", "a.test:8080", "a.test", "a.test:8080"],
    ["the scheme's own port", "a.test:80", "a.test", "a.test"],
    ["a colon without port", "a.test:", "a.test", "a.test"],
    ["an underscore", "_dmarc.a.test", "_dmarc.a.test", "_dmarc.a.test"],
    ["an IPv4 address", "192.0.2.7", "192.0.2.7", "192.0.2.7"],
    ["an IPv6 address", "[2001:DB8:0:0::1]:8080", "[2001:db8::1]", "[2001:db8::1]:8080"],
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
    "a.test:99999",
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

  it("may have the greatest length, and no character more", () => {
    const base = "http://a.test/";
    const longest = base + "a".repeat(MAX_URL_LENGTH - base.length);
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

  it("refuses OPTIONS *, which asks about no path", () => {
    expect(refusal("http://a.test*", { method: "OPTIONS", headers: { host: "a.test" } })).toBe("bad-target");
    expect(refusal("http://a.test/", { method: "OPTIONS", headers: { host: "a.test" } })).toBeUndefined();
  });
});
