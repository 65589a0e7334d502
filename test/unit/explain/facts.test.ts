import { describe, expect, it } from "vitest";
import { facts } from "./imagine.ts";

describe("a request that nobody has sent looks as it would on the wire", () => {
  const urls: [what: string, given: string, sent: string][] = [
    ["plain", "https://shop.test/a?b=c", "https://shop.test/a?b=c"],
    [
      "a blank and letters beyond ASCII are encoded",
      "https://shop.test/a b/ü?q=ä",
      "https://shop.test/a%20b/%C3%BC?q=%C3%A4",
    ],
    ["what is encoded is left alone", "https://shop.test/%2e%2e/a%2Fb", "https://shop.test/%2e%2e/a%2Fb"],
    ["dot segments are left to the edge", "https://shop.test/x/../a", "https://shop.test/x/../a"],
    ["a host beyond ASCII is written as browsers do", "https://bücher.test/", "https://xn--bcher-kva.test/"],
    ["what is no host is encoded like the rest", "https://日 本/", "https://%E6%97%A5%20%E6%9C%AC/"],
    ["the scheme is in lower case", "HTTPS://shop.test/", "https://shop.test/"],
    ["what is ASCII already is left alone", "https://SHOP.test:80/ü", "https://SHOP.test:80/%C3%BC"],
    ["a host that ends beyond ASCII", "http://a.ü", "http://a.xn--tda"],
    ["a host alone", "http://bücher.test", "http://xn--bcher-kva.test"],
    ["the scheme of plain http too", "HTTP://shop.test/ü", "http://shop.test/%C3%BC"],
    ["an empty host is left for the edge to refuse", "https:///ü", "https:///%C3%BC"],
    [
      "characters beyond 16 bits and beside blanks",
      "https://shop.test/😀 ü\n",
      "https://shop.test/%F0%9F%98%80%20%C3%BC%0A",
    ],
    ["what is no URL of the web is left alone", "see:https://shop.test/ü", "see:https://shop.test/ü"],
    ["half a character is replaced", "https://shop.test/\ud800", "https://shop.test/%EF%BF%BD"],
  ];

  it.each(urls)("%s", (_what, given, sent) => {
    expect(facts(given).line.url).toBe(sent);
  });

  it("has a Host field, and the URL's authority is that of a Host field given by hand", () => {
    expect(facts("https://shop.test:8443/a").line.headers.get("host")).toBe("shop.test:8443");
    const { line } = facts("http://127.0.0.1:8787/a", { headers: { Host: "shop.test" } });
    expect(line.url).toBe("http://shop.test/a");
    expect(line.headers.get("host")).toBe("shop.test");
  });

  it.each([
    ["https://shop.test:8443?a/b", "shop.test:8443"],
    ["https://shop.test#a", "shop.test"],
    ["https://shop.test/a://b", "shop.test"],
    ["https:///a", ""],
    ["shop.test/a", ""],
  ])("has the Host of its URL: %s", (url, host) => {
    expect(facts(url).line.headers.get("host")).toBe(host);
  });

  it("keeps a Host field that is given by hand, whatever it holds", () => {
    const { line } = facts("https:///a", { headers: { Host: "shop.test/admin" } });
    expect([line.url, line.headers.get("host")]).toEqual(["https://shop.test/admin/a", "shop.test/admin"]);
  });

  it("comes from nobody where what is given is no address", () => {
    expect(facts("https://shop.test/", { ip: "me" }).peer.ip).toBe("0.0.0.0");
  });

  it("comes from an address in the one spelling that live traffic has", () => {
    const ipOf = (ip: string) => facts("https://shop.test/", { ip }).peer.ip;
    expect(ipOf("2001:DB8:0:0::1")).toBe("2001:db8::1");
    expect(ipOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
  });

  it("comes from an address for examples unless one is given", () => {
    expect(facts("https://shop.test/").peer).toEqual({ ip: "192.0.2.1", country: undefined });
    expect(facts("https://shop.test/", { ip: "2001:db8::1", country: "DE" }).peer).toEqual({
      ip: "2001:db8::1",
      country: "DE",
    });
  });
});
