import { describe, expect, it } from "vitest";
import { presentedIn } from "../../../../worker/admission/authentication/credential-places.ts";
import { anAsked } from "../../../support/asked.ts";

const BEARER = { in: "authorization", scheme: "Bearer" } as const;
const KEY = { in: "header", name: "x-api-key" } as const;
const QUERY = { in: "query", name: "api_key" } as const;
const COOKIE = { in: "cookie", name: "session" } as const;

const one = (text: string) => ({ kind: "one", text });
const NONE = { kind: "none" };
const UNUSABLE = { kind: "unusable" };
const bearer = (authorization: string) =>
  presentedIn(anAsked("https://a.test/", { headers: { authorization } }), [BEARER]);

describe("a token after Bearer", () => {
  // The list is that of Envoy's jwt_authn extractor and of HAProxy's http_auth_bearer, and RFC 6750 §2.1.
  it.each([
    ["Bearer abc.def-_~+/==", one("abc.def-_~+/==")],
    ["bearer abc", one("abc")],
    ["Bearer   abc", one("abc")],
    ["Basic YWJj", NONE],
    ["abc", NONE],
    ["Bearer", UNUSABLE],
    ["Bearer abc def", UNUSABLE],
    ["Bearer abc,def", UNUSABLE],
    ["Bearer a, Bearer b", UNUSABLE],
    ["Bearer a\tb", UNUSABLE],
    ["Bearer ab=c", UNUSABLE],
    ['Bearer token="abc"', UNUSABLE],
    ["Bearerabc", NONE],
    [`Bearer ${"a".repeat(9_000)}`, UNUSABLE],
  ])("%s", (value, presented) => {
    expect(bearer(value)).toEqual(presented);
  });

  it("is none without the field", () => {
    expect(presentedIn(anAsked("https://a.test/"), [BEARER])).toEqual(NONE);
  });
});

describe("a key", () => {
  const in_ = (url: string, headers: Record<string, string> = {}) =>
    presentedIn(anAsked(url, { headers }), [KEY, QUERY, COOKIE]);

  it("is found in each of its places", () => {
    expect(in_("https://a.test/", { "x-api-key": "k" })).toEqual(one("k"));
    expect(in_("https://a.test/?api_key=k")).toEqual(one("k"));
    expect(in_("https://a.test/?%61pi_key=k%20l")).toEqual(one("k l"));
    expect(in_("https://a.test/", { cookie: "a=b; session=k" })).toEqual(one("k"));
  });

  it("may be in two places if it is the same", () => {
    expect(in_("https://a.test/?api_key=k", { "x-api-key": "k" })).toEqual(one("k"));
  });

  it.each([
    ["two parameters", "https://a.test/?api_key=k&api_key=l", {}],
    ["a parameter behind a semicolon", "https://a.test/?api_key=k&a=b;api_key=l", {}],
    ["a parameter in another spelling", "https://a.test/?api_key=k&api.key=l", {}],
    ["a parameter of PHP", "https://a.test/?api_key=k&api_key[]=l", {}],
    ["a field in another spelling", "https://a.test/", { "x-api-key": "k", x_api_key: "l" }],
    ["two cookies", "https://a.test/", { cookie: "session=k; session=l" }],
    ["a field and a parameter", "https://a.test/?api_key=k", { "x-api-key": "l" }],
    ["an empty field", "https://a.test/", { "x-api-key": "" }],
  ])("is nobody's if there is another one: %s", (_what, url, headers) => {
    expect(in_(url, headers as Record<string, string>)).toEqual(UNUSABLE);
  });
});
