import { describe, expect, it } from "vitest";
import {
  compileCookieRules,
  hardenCookie,
  hardenCookies,
  STRICT_COOKIES,
} from "../../../worker/delivery/cookie-rules.ts";

const strict = (cookie: string, scheme: "http" | "https" = "https") =>
  hardenCookie(cookie, STRICT_COOKIES, scheme);

describe("a cookie of an origin under strict", () => {
  it.each([
    ["a=1", "a=1; Secure; SameSite=Lax"],
    ["a=1; Path=/", "a=1; Path=/; Secure; SameSite=Lax"],
    ["a=1; secure", "a=1; secure; SameSite=Lax"],
    ["a=1; SAMESITE = None", "a=1; SAMESITE = None; Secure"],
    ["a=1; Secure; SameSite=Strict", "a=1; Secure; SameSite=Strict"],
    ["a=secure; Path=/samesite", "a=secure; Path=/samesite; Secure; SameSite=Lax"],
    ["a=1;", "a=1; Secure; SameSite=Lax"],
    ["a", "a; Secure; SameSite=Lax"],
    ["", "; Secure; SameSite=Lax"],
  ])("%j becomes %j", (cookie, expected) => {
    expect(strict(cookie)).toBe(expected);
  });

  it("is not Secure on plain http, where browsers would refuse it", () => {
    expect(strict("a=1", "http")).toBe("a=1; SameSite=Lax");
  });
});

describe("the rules of a site", () => {
  const rules = (given: object) =>
    compileCookieRules({
      secure: true,
      httpOnly: true,
      sameSite: "Strict",
      except: ["XSRF-*"],
      ...given,
    } as never);

  it("may add HttpOnly, and leave some cookies as they are", () => {
    const own = rules({});
    if (!own) throw new Error("no rules");
    expect(hardenCookie("a=1", own, "https")).toBe("a=1; Secure; HttpOnly; SameSite=Strict");
    expect(hardenCookie("XSRF-TOKEN=1; Path=/", own, "https")).toBe("XSRF-TOKEN=1; Path=/");
  });

  it("concern each of several cookies, in their order", () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2; Secure; SameSite=None; Expires=Mon, 01 Jan 2030 00:00:00 GMT"],
    ]);
    hardenCookies(headers, STRICT_COOKIES, "https");
    expect(headers.getSetCookie()).toEqual([
      "a=1; Secure; SameSite=Lax",
      "b=2; Secure; SameSite=None; Expires=Mon, 01 Jan 2030 00:00:00 GMT",
    ]);
  });

  it("may be off", () => expect(compileCookieRules("off")).toBeNull());
});
