import { describe, expect, it } from "vitest";
import { cookiePathUnderBase, underBase, urlUnderBase } from "../../../worker/rewriting/mounted.ts";

const client = { scheme: "https", authority: "shop.test" };

describe("a URL of an origin that is mounted under /app", () => {
  it.each([
    ["/", "/app/"],
    ["/a?b#c", "/app/a?b#c"],
    ["/application", "/app/application"],
    ["/app", "/app"], // written by an origin that reads X-Forwarded-Prefix
    ["/app/a", "/app/a"],
    ["/app?x", "/app?x"],
    ["https://shop.test/a", "https://shop.test/app/a"],
    ["http://shop.test/a", "https://shop.test/app/a"],
    ["HTTPS://Shop.test", "https://Shop.test/app/"],
    ["https://shop.test?x", "https://shop.test/app/?x"],
    ["https://shop.test/app/a", "https://shop.test/app/a"],
    ["https://shop.test//a", "https://shop.test/app//a"],
    ["//shop.test/a", "//shop.test/app/a"],
  ])("%s becomes %s", (url, expected) => {
    expect(urlUnderBase(url, "/app", client)).toBe(expected);
  });

  it.each([
    "",
    "a/b",
    "../a",
    "?x",
    "#x",
    "//other.test/a",
    "/\\other.test",
    "/\t/other.test",
    "https://other.test/a",
    "https://shop.test:8443/a",
    "https://shop.test.evil.test/",
    "mailto:a@shop.test",
    "data:text/plain,/a",
    "javascript:go('/a')",
  ])("stays %s", (url) => {
    expect(urlUnderBase(url, "/app", client)).toBe(url);
  });

  it("is as it was without a base", () => {
    expect(urlUnderBase("/a", "", client)).toBe("/a");
    expect(underBase("/a", "")).toBe("/a");
    expect(cookiePathUnderBase("/", "")).toBe("/");
  });

  it("leaves no host to the rest of a path", () => {
    expect(underBase("//evil.test", "/app")).toBe("//evil.test");
  });
});

describe("the path of a cookie", () => {
  it.each([
    ["/", "/app"], // a browser sends it to /app and to /app/a
    ["/a", "/app/a"],
    ["/app/a", "/app/a"],
    ["", ""],
  ])("%s becomes %s", (path, expected) => {
    expect(cookiePathUnderBase(path, "/app")).toBe(expected);
  });
});
