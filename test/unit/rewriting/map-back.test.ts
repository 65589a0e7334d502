import { describe, expect, it } from "vitest";
import { fromOrigin, mapBack, mapCookie, mapLocation } from "../../../worker/rewriting/from-origin.ts";
import { anAsked } from "../../support/asked.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";

const place = (url: string) => {
  const { origin, host, pathname } = new URL(url);
  return { origin, host, basePath: pathname === "/" ? "" : pathname };
};
const edge = { scheme: "https", authority: "shop.test" } as const;

describe("a link of the origin's", () => {
  it.each([
    ["http://origin.test:8080", "http://origin.test:8080/a?b#c", "https://shop.test/a?b#c"],
    ["http://origin.test:8080", "http://origin.test:8080", "https://shop.test/"],
    ["http://origin.test:8080", "HTTP://ORIGIN.test:8080/a", "https://shop.test/a"],
    ["http://origin.test", "http://origin.test:80/a", "https://shop.test/a"],
    ["https://origin.test", "//origin.test/a", "https://shop.test/a"],
    ["http://origin.test/base", "http://origin.test/base/a", "https://shop.test/a"],
    ["http://origin.test/base", "http://origin.test/base", "https://shop.test/"],
    ["http://origin.test/base", "http://origin.test/based", "https://shop.test/based"],
    ["http://origin.test/base", "/base/a?b", "/a?b"],
    ["http://origin.test/base", "/base?b", "/?b"],
    ["http://origin.test/base", "/other", "/other"],
    ["http://origin.test/base", "/base#top", "/#top"],
    ["http://origin.test/base", "/some/a", "/some/a"], // as long as the base, and another
    ["http://origin.test/base", "http://origin.test/some/a", "https://shop.test/some/a"],
    ["http://origin.test/base", "/based", "/based"],
    ["http://origin.test/base", "/base/base/a", "/base/a"],
    ["http://origin.test/base", "//origin.test/base/a", "https://shop.test/a"],
    ["http://origin.test/base", "/base/a//b", "/a//b"],
    ["http://origin.test", "http://origin.test/a//", "https://shop.test/a//"],
    ["http://origin.test", "//origin.test//", "https://shop.test//"],
  ])("at %s, %s becomes %s", (origin, value, mapped) => {
    expect(mapLocation(value, place(origin), edge)).toBe(mapped);
  });

  it.each([
    "https://elsewhere.test/a",
    "http://origin.test:9999/a",
    "http://origin.test.evil.test/",
    "http://user@origin.test/",
    "http://:secret@origin.test/",
    "see:http://origin.test/a",
    "/see?http://origin.test/a",
    "base/a",
    // It has no base to lose: what a client makes of it is between it and the origin.
    "/\\elsewhere.test/",
    "//elsewhere.test/",
    "/a",
    "a/b",
    "?x",
    "mailto:a@origin.test",
    "http://[broken",
    "",
  ])("stays as it is where it leads elsewhere: %s", (value) => {
    expect(mapLocation(value, place("http://origin.test"), edge)).toBe(value);
  });

  it.each(["/base//evil.test/x", "/base/\\evil.test"])(
    "cannot lead away once its base is gone: %s",
    (value) => {
      const mapped = mapLocation(value, place("http://origin.test/base"), edge);
      expect(new URL(mapped, "https://shop.test/").host).toBe("shop.test");
      expect(mapped).toMatch(/^https:\/\/shop\.test\/[/\\]evil\.test/);
    },
  );

  it("keeps a step up to https", () => {
    const plain = { scheme: "http", authority: "shop.test:8080" } as const;
    for (const path of ["/a", "/a//"])
      expect(mapLocation(`https://origin.test${path}`, place("http://origin.test"), plain)).toBe(
        `https://shop.test${path}`,
      );
    expect(mapLocation("http://origin.test/a", place("http://origin.test"), plain)).toBe(
      "http://shop.test:8080/a",
    );
  });

  it("is of the client's scheme where the origin's own is another", () => {
    const secure = { scheme: "https", authority: "shop.test:8443" } as const;
    const at = (value: string, url: string) => mapLocation(value, place(url), secure);
    expect(at("https://origin.test/a", "http://origin.test")).toBe("https://shop.test:8443/a");
    expect(at("//origin.test/a", "http://origin.test")).toBe("https://shop.test:8443/a");
    const plain = { scheme: "http", authority: "shop.test:8080" } as const;
    expect(mapLocation("//origin.test/a", place("https://origin.test"), plain)).toBe(
      "http://shop.test:8080/a",
    );
    expect(mapLocation("https://origin.test/a", place("https://origin.test"), plain)).toBe(
      "http://shop.test:8080/a",
    );
  });
});

// An origin behind another Host names itself by what it sees, or by what it was told once (nginx: proxy_redirect, Apache: ProxyPassReverse).
describe("a link of an origin that sees another host", () => {
  const kept = { ...place("http://10.0.0.5:8080/base"), seenAs: "keep" } as const;
  const named = { ...place("http://10.0.0.5:8080/base"), seenAs: { name: "shop.internal:81" } } as const;

  it.each([
    ["http://shop.test/base/a?b", "https://shop.test/a?b"], // by http as it is asked, and the client by https
    ["https://shop.test/base/a", "https://shop.test/a"],
    ["//shop.test/base/base/a", "https://shop.test/base/a"],
    ["http://10.0.0.5:8080/base/a", "https://shop.test/a"],
    ["/base/a", "/a"],
    ["http://www.shop.test/base/a", "http://www.shop.test/base/a"],
    ["http://shop.test:8080/base/a", "http://shop.test:8080/base/a"],
    ["http://user@shop.test/base/a", "http://user@shop.test/base/a"],
  ])("that of the client: %s becomes %s", (value, mapped) => {
    expect(mapLocation(value, kept, edge)).toBe(mapped);
  });

  it.each([
    ["http://shop.internal:81/base/a", "https://shop.test/a"],
    ["http://10.0.0.5:8080/base/a", "https://shop.test/a"],
    ["http://shop.internal/base/a", "http://shop.internal/base/a"],
    ["http://shop.test/base/a", "http://shop.test/base/a"],
  ])("a name: %s becomes %s", (value, mapped) => {
    expect(mapLocation(value, named, edge)).toBe(mapped);
  });

  it("keeps a step up to https", () => {
    const plain = { scheme: "http", authority: "shop.test:8080" } as const;
    expect(mapLocation("https://shop.test:8080/base/a", kept, plain)).toBe("https://shop.test/a");
  });

  it("and its cookies are for the edge", () => {
    expect(mapCookie("a=1; Domain=shop.test", kept, edge)).toBe("a=1; Domain=shop.test");
    expect(mapCookie("a=1; Domain=test", kept, edge)).toBe("a=1; Domain=test");
    expect(mapCookie("a=1; Domain=shop.internal; Path=/base", named, edge)).toBe(
      "a=1; Domain=shop.test; Path=/",
    );
    expect(mapCookie("a=1; Domain=elsewhere.test", named, edge)).toBe("a=1; Domain=elsewhere.test");
  });
});

describe("a cookie of the origin's", () => {
  it.each([
    ["a=1; Domain=origin.test; Secure", "a=1; Domain=shop.test; Secure"],
    ["a=1;domain=.ORIGIN.test", "a=1; Domain=shop.test"],
    ["a=1; Path=/base/app; Domain=origin.test", "a=1; Path=/app; Domain=shop.test"],
    ["a=1; Path=/base", "a=1; Path=/"],
    ["a=1;\t path = /base/a=b\t; Max-Age=5", "a=1; Path=/a=b; Max-Age=5"],
    ["a=1; Path=", "a=1; Path="],
    ["path=/base; path=/base/x", "path=/base; Path=/x"], // the first is the cookie itself
    ["a=1; Domain=x.test; Domain=origin.test", "a=1; Domain=x.test; Domain=shop.test"],
  ])("%s becomes %s", (cookie, mapped) => {
    expect(mapCookie(cookie, place("http://origin.test/base"), edge)).toBe(mapped);
  });

  it.each([
    "a=1",
    "a=domain=origin.test",
    "a=1; Path=/; HttpOnly",
    "a=1;PATH=/other;path",
    "a=1;DOMAIN=elsewhere.test;domain",
    "a=1; Domain=; Path=/",
    "a=1; Domainorigin.test; xdomain=origin.test; domain x=origin.test; xpath=/base; path x=/base/",
    "a=1; Domain=igin.test", // it is no domain that the origin is in
    "a=1; Domain=.",
    "a=1; Domain=shop.test",
    "a=1; Domain=elsewhere.test",
    "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
  ])("%s stays", (cookie) => {
    expect(mapCookie(cookie, place("http://origin.test/base"), edge)).toBe(cookie);
  });

  it.each(["a=1; Path=", "a=1; Path=?x", "a=1; Path=/a"])(
    "where the origin has no base, %s stays",
    (cookie) => {
      expect(mapCookie(cookie, place("http://origin.test"), edge)).toBe(cookie);
    },
  );

  it("for a parent domain of the origin alone is for the edge", () => {
    expect(mapCookie("a=1; Domain=origin.test", place("http://fra.origin.test"), edge)).toBe(
      "a=1; Domain=shop.test",
    );
  });

  it("without a domain stays, where the origin's host ends in a dot", () => {
    expect(mapCookie("a=1; Domain=", place("http://origin.test./"), edge)).toBe("a=1; Domain=");
  });

  // Before: an expression looked for the end of the value, and began anew at every blank.
  it("is read in linear time, whatever it holds", () => {
    const cookie = `a=1; Path=/base${" ".repeat(200_000)}x; Domain=a${" ".repeat(200_000)}b`;
    const startedAt = performance.now();
    expect(mapCookie(cookie, place("http://origin.test/base"), edge)).toBe(cookie);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("for a parent domain of both stays", () => {
    const cookie = "a=1; Domain=example.test";
    const shop = { scheme: "https", authority: "shop.example.test:8443" } as const;
    expect(mapCookie(cookie, place("http://fra.example.test"), shop)).toBe(cookie);
    expect(mapCookie("a=1; Domain=fra.example.test", place("http://fra.example.test"), shop)).toBe(
      "a=1; Domain=shop.example.test",
    );
  });
});

describe("what cannot be read", () => {
  const asked = anAsked("https://shop.test/");

  it("stays as it came", () => {
    const headers = new DecodedHeaders({
      location: "http://origin.test/caf\uFFFD",
      "content-location": "http://origin.test/cafe",
    });
    mapBack(headers, place("http://origin.test"), asked);
    expect(headers.get("location")).toBe("http://origin.test/caf\uFFFD");
    expect(headers.get("content-location")).toBe("https://shop.test/cafe");
  });

  it("keeps the cookies beside it as they came", () => {
    const headers = new DecodedHeaders();
    headers.append("set-cookie", "a=\xff");
    headers.append("set-cookie", "b=1; Domain=origin.test");
    mapBack(headers, place("http://origin.test"), asked);
    expect(headers.getSetCookie()).toEqual(["a=\uFFFD", "b=1; Domain=origin.test"]);
  });
});

describe("an origin's response", () => {
  const received = (fields: Record<string, string>, scheme: "http" | "https" = "https") => {
    const headers = new Headers(fields);
    const reply = { status: 201, statusText: "Made", headers, body: null, webSocket: null };
    return fromOrigin(reply, place("http://origin.test/base"), anAsked(`${scheme}://shop.test/`));
  };
  const HSTS = { "strict-transport-security": "max-age=1" };

  it("is the edge's own: no field of the connection is left, and every link leads to the edge", () => {
    const reply = received({
      connection: "x-hop",
      "x-hop": "1",
      "keep-alive": "timeout=5",
      location: "http://origin.test/base/new",
      "content-location": "/base/a",
      "x-a": "1",
    });
    expect(reply).toMatchObject({ status: 201, statusText: "Made", body: null, webSocket: null });
    expect(Object.fromEntries(reply.headers)).toEqual({
      location: "https://shop.test/new",
      "content-location": "/a",
      "x-a": "1",
    });
  });

  it("tells browsers to use https only over https (RFC 6797 §7.2)", () => {
    expect(Object.fromEntries(received(HSTS).headers)).toEqual(HSTS);
    expect(Object.fromEntries(received(HSTS, "http").headers)).toEqual({});
  });

  it.each([
    [
      "one of them is the origin's",
      ["a=1; Domain=origin.test", "b=2; Path=/x"],
      ["a=1; Domain=shop.test", "b=2; Path=/x"],
    ],
    [
      "the last of them is",
      ["b=2; Path=/x", "c=3", "a=1; Path=/base"],
      ["b=2; Path=/x", "c=3", "a=1; Path=/"],
    ],
    ["it is the only one", ["a=1; Path=/base"], ["a=1; Path=/"]],
    ["none of them is", ["b=2", "a=1"], ["b=2", "a=1"]],
    ["there are none", [], []],
  ])("has as many cookies in the same order, where %s", (_what, cookies, mapped) => {
    const headers = new Headers({ "x-a": "1" });
    for (const cookie of cookies) headers.append("set-cookie", cookie);
    mapBack(headers, place("http://origin.test/base"), anAsked("https://shop.test/"));
    expect(headers.getSetCookie()).toEqual(mapped);
    expect(headers.get("x-a")).toBe("1");
  });
});
