import { describe, expect, it } from "vitest";
import { objectionToPath } from "../../../worker/admission/objections.ts";

const objection = (url: string, mergesSlashes = true) =>
  objectionToPath({ url, bodyIsGone: false }, { mergesSlashes })?.reason;

describe("a path that another router has seen", () => {
  it.each([
    "http://a.test/shop/../admin",
    "https://a.test/shop/%2E%2e/admin",
    "https://a.test/./admin",
    "https://a.test/%2e/admin",
    "https://a.test/shop/.%2E",
    "https://a.test/shop/..?x",
    "https://a.test/shop//admin",
    "https://a.test//admin",
  ])("is refused where the edge would make another one of it: %s", (url) => {
    expect(objection(url)).toBe("path-rerouted");
  });

  it.each([
    "http://a.test",
    "http://a.test/",
    "https://a.test/shop/%61dmin",
    "https://a.test/shop/..x/.hidden/...",
    "https://a.test/shop?to=https://b.test/../x//",
    "https://a.test/shop#/../",
    "https://a.test?//",
  ])("is left alone otherwise: %s", (url) => {
    expect(objection(url)).toBeUndefined();
  });

  it("may have two slashes in a row where the site leaves them alone, but no dot segment", () => {
    expect(objection("https://a.test/img//x", false)).toBeUndefined();
    expect(objection("https://a.test/img//../x", false)).toBe("path-rerouted");
  });
});
