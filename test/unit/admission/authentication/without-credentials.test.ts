import { describe, expect, it } from "vitest";
import {
  withoutCredentials,
  withoutParameter,
} from "../../../../worker/admission/authentication/without-credentials.ts";
import { anAsked } from "../../../support/asked.ts";

describe("a parameter is taken out of a query", () => {
  it.each([
    ["api_key=k", ""],
    ["a=1&api_key=k&b=2", "a=1&b=2"],
    ["a=1;api_key=k&b", "a=1&b"],
    ["api_key=k;a=1", ""],
    ["%61pi_key=k&a", "a"],
    ["api.key=k&api+key=k&api_key[]=k&api_key[x]=k&a", "a"],
    ["api_key&a", "a"],
    ["a=api_key", "a=api_key"],
    ["myapi_key=1", "myapi_key=1"],
    ["a&&b", "a&&b"],
    ["", ""],
  ])("%s", (query, left) => {
    expect(withoutParameter(query, "api_key")).toBe(left);
  });
});

describe("a request without its credentials", () => {
  const PLACES = [
    { in: "authorization", scheme: "Bearer" },
    { in: "header", name: "x-api-key" },
    { in: "cookie", name: "session" },
    { in: "query", name: "key" },
  ] as const;
  const left = (headers: Record<string, string>, url = "https://a.test/x?key=k&a=1") => {
    const asked = withoutCredentials(anAsked(url, { headers }), PLACES);
    return { query: asked.query, headers: Object.fromEntries(asked.headers) };
  };

  it("has neither the field nor another spelling of it", () => {
    const headers = {
      authorization: "Bearer x",
      "x-api-key": "k",
      x_api_key: "k",
      "x-api_key": "k",
      accept: "*/*",
    };
    expect(left(headers)).toEqual({ query: "a=1", headers: { accept: "*/*" } });
  });

  it("keeps the other cookies", () => {
    expect(left({ cookie: "a=1; session=k; b=2" }).headers).toEqual({ cookie: "a=1; b=2" });
    expect(left({ cookie: "session=k" }).headers).toEqual({});
  });

  it.each(['a="; session=k; "', "a=1, session=k", "s%65ssion=k", "a=b session=k"])(
    "has no cookie that an origin could read as the credential: %s",
    (cookie) => {
      expect(left({ cookie }).headers.cookie ?? "").not.toContain("k");
    },
  );

  it("has no signature in its Referer either", () => {
    const at = (query: string) => left({ referer: `https://a.test/p${query}#f` }).headers.referer;
    expect(at("?a=1&key=k")).toBe("https://a.test/p?a=1#f");
    expect(at("?key=k")).toBe("https://a.test/p#f");
    expect(at("?a=1")).toBe("https://a.test/p?a=1#f");
  });

  it("is the same request where nothing is to be taken out", () => {
    const asked = anAsked("https://a.test/x?a=1");
    expect(withoutCredentials(asked, [])).toBe(asked);
  });
});
