import { describe, expect, it } from "vitest";
import { match, type MatchConfig } from "../../../shared/site/match-schema.ts";
import { compileConditions } from "../../../worker/routing/conditions.ts";
import { anAsked, type AskedOptions } from "../../support/asked.ts";

const holds = (config: object, url = "http://a.test/", options: AskedOptions = {}) =>
  compileConditions(match.parse(config) as MatchConfig).every((condition) =>
    condition.holds(anAsked(url, options)),
  );

describe("conditions", () => {
  it.each([
    ["a method", { method: "POST" }, { method: "POST" }, true],
    ["another method", { method: "POST" }, { method: "PUT" }, false],
    ["HEAD rides with GET", { method: "get" }, { method: "HEAD" }, true],
    ["GET does not ride with HEAD", { method: "HEAD" }, { method: "GET" }, false],
    ["one of two methods", { method: ["PUT", "DELETE"] }, { method: "DELETE" }, true],
    ["a header", { header: { "X-A": "1" } }, { headers: { "x-a": "1" } }, true],
    [
      "a header's part",
      { header: { accept: "*json*" } },
      { headers: { accept: "text/html, application/json" } },
      true,
    ],
    ["a header's other value", { header: { "x-a": "1" } }, { headers: { "x-a": "2" } }, false],
    ["a header that is there", { header: { "x-a": true } }, { headers: { "x-a": "" } }, true],
    ["a header that is not there", { header: { "x-a": true } }, {}, false],
    ["a header that must not be there", { header: { "x-a": false } }, { headers: { "x-a": "1" } }, false],
    ["a cookie", { cookie: { role: "admin" } }, { headers: { cookie: "a=1; role=admin" } }, true],
    ["a cookie of like name", { cookie: { role: "admin" } }, { headers: { cookie: "xrole=admin" } }, false],
    [
      "a cookie given twice, the second",
      { cookie: { role: "admin" } },
      { headers: { cookie: "role=user; role=admin" } },
      true,
    ],
    ["a cookie in escapes", { cookie: { role: "admin" } }, { headers: { cookie: "role=%61dmin" } }, true],
    ["a cookie in quotes", { cookie: { role: "admin" } }, { headers: { cookie: 'role="admin"' } }, true],
    [
      "a cookie whose value no standard allows, as some origins take it all the same",
      { cookie: { role: true } },
      { headers: { cookie: "role=a\\b" } },
      true,
    ],
    ["no such cookie", { cookie: { role: false } }, {}, true],
    ["a country", { country: "de" }, { country: "DE" }, true],
    ["another country", { country: ["FR", "DE"] }, { country: "US" }, false],
    ["an unknown country", { country: "DE" }, {}, false],
    ["an IPv4 range", { ip: "192.0.2.0/24" }, { ip: "192.0.2.9" }, true],
    ["an IPv6 range", { ip: "2001:db8::/32" }, { ip: "2001:db8::9" }, true],
    ["another range", { ip: ["10.0.0.0/8", "2001:db8::/32"] }, { ip: "192.0.2.9" }, false],
    ["not", { not: { method: "POST" } }, { method: "GET" }, true],
    [
      "not, of several that must all hold",
      { not: { method: "POST", header: { a: true } } },
      { method: "POST" },
      true,
    ],
    ["any, the second", { any: [{ method: "POST" }, { header: { a: "1" } }] }, { headers: { a: "1" } }, true],
    ["any, none", { any: [{ method: "POST" }, { header: { a: "1" } }] }, {}, false],
    ["all", { all: [{ method: "GET" }, { header: { a: "1" } }] }, { headers: { a: "1" } }, true],
    ["all, one fails", { all: [{ method: "GET" }, { header: { a: "1" } }] }, {}, false],
    [
      "nested",
      { not: { any: [{ method: "POST" }, { not: { header: { a: true } } }] } },
      { headers: { a: "" } },
      true,
    ],
  ] as [string, object, AskedOptions, boolean][])("%s", (_name, config, options, held) => {
    expect(holds(config, "http://a.test/", options)).toBe(held);
  });

  it.each([
    [{ query: { v: "2" } }, "?v=2", true],
    [{ query: { v: "2" } }, "?v=%32", true],
    [{ query: { v: "2" } }, "?v=1&v=2", true],
    [{ query: { v: "2" } }, "?x=2", false],
    [{ query: { v: true } }, "?v", true],
    [{ query: { v: false } }, "?x", true],
    [{ query: { "a b": "c d" } }, "?a+b=c%20d", true],
    [{ not: { path: "/x/*" } }, "", true],
    [{ any: [{ path: "/" }, { path: "/x" }] }, "", true],
    [{ scheme: "https" }, "", false],
    [{ host: "*.test" }, "", true],
    [{ host: "b.test" }, "", false],
  ] as [object, string, boolean][])("%j takes %j: %s", (config, query, held) => {
    expect(holds(config, `http://a.test/${query}`)).toBe(held);
  });
});
