import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob, compileListGlob } from "../../../shared/glob.ts";
import { type MatchConfig, match } from "../../../shared/site/match-schema.ts";
import { compileConditions } from "../../../worker/routing/conditions.ts";
import { type AskedOptions, anAsked } from "../../support/asked.ts";

const holds = (config: object, url = "http://a.test/", options: AskedOptions = {}) =>
  compileConditions(match.parse(config) as MatchConfig).every((condition) =>
    condition.holds(anAsked(url, options)),
  );

describe("a header in several lines", () => {
  const element = fc
    .array(fc.constantFrom("a", "b", " ", "c"), { maxLength: 4 })
    .map((parts) => parts.join("").trim());
  const line = fc
    .array(element, { minLength: 1, maxLength: 4 })
    .map((elements) => elements.join(", ").trim());
  const lines = fc.array(line, { minLength: 1, maxLength: 4 });
  const pattern = fc
    .array(fc.constantFrom("a", "b", "*", ", ", "c"), { maxLength: 5 })
    .map((parts) => parts.join(""));

  it("hides none of them: whatever takes a line takes the field", () => {
    const property = fc.property(lines, fc.nat(), pattern, (all, which, glob) => {
      const one = all[which % all.length] ?? "";
      const asIfAlone = compileGlob(glob)(one);
      const field = new Headers();
      for (const each of all) field.append("x-a", each);
      if (asIfAlone) expect(compileListGlob(glob)(field.get("x-a") ?? ""), `${glob} in ${all}`).toBe(true);
    });
    fc.assert(property, { seed: 1, numRuns: 5_000 });
  });

  it("has no line that was not sent: what takes the field takes a run of its elements", () => {
    const named = fc.array(
      element.filter((text) => text !== ""),
      { minLength: 1, maxLength: 4 },
    );
    const property = fc.property(named, pattern, (elements, glob) => {
      const field = elements.join(", ");
      const runs = elements.flatMap((_, from) =>
        elements.slice(from).map((__, more) => elements.slice(from, from + more + 1).join(", ")),
      );
      expect(compileListGlob(glob)(field)).toBe(runs.some(compileGlob(glob)));
    });
    fc.assert(property, { seed: 1, numRuns: 5_000 });
  });
});

describe("conditions", () => {
  it.each([
    ["a method", { method: "POST" }, { method: "POST" }, true],
    ["another method", { method: "POST" }, { method: "PUT" }, false],
    ["HEAD rides with GET", { method: "get" }, { method: "HEAD" }, true],
    ["HEAD does not ride with POST", { method: "POST" }, { method: "HEAD" }, false],
    ["GET does not ride with HEAD", { method: "HEAD" }, { method: "GET" }, false],
    ["one of two methods", { method: ["PUT", "DELETE"] }, { method: "DELETE" }, true],
    ["a header", { header: { "X-A": "1" } }, { headers: { "x-a": "1" } }, true],
    [
      "a header's part",
      { header: { accept: "*json*" } },
      { headers: { accept: "text/html, application/json" } },
      true,
    ],
    [
      "one of two patterns for a header",
      { header: { "x-a": ["1", "2"] } },
      { headers: { "x-a": "2" } },
      true,
    ],
    ["a header's other value", { header: { "x-a": "1" } }, { headers: { "x-a": "2" } }, false],
    ["a header in two lines, the first", { header: { "x-a": "1" } }, { headers: { "x-a": "1, 2" } }, true],
    ["a header in two lines, the second", { header: { "x-a": "1" } }, { headers: { "x-a": "2, 1" } }, true],
    [
      "a header in three lines, the one between",
      { header: { "x-a": "1" } },
      { headers: { "x-a": "2,1 , 3" } },
      true,
    ],
    ["a line that has a comma", { header: { "x-a": "1, 2" } }, { headers: { "x-a": "0, 1, 2, 3" } }, true],
    [
      "a line by its beginning",
      { header: { "x-a": "admin*" } },
      { headers: { "x-a": "x, admin; q=1" } },
      true,
    ],
    ["a line by its end", { header: { "x-a": "*admin" } }, { headers: { "x-a": "an admin, x" } }, true],
    ["a line by both", { header: { "x-a": "a*b*c" } }, { headers: { "x-a": "c, a, b c, x" } }, true],
    ["no line by parts of two", { header: { "x-a": "ab" } }, { headers: { "x-a": "a, b" } }, false],
    [
      "no line by what stands within it",
      { header: { "x-a": "1" } },
      { headers: { "x-a": "2 1, 1 2" } },
      false,
    ],
    ["a header as CGI spells it", { header: { "x-role": "admin" } }, { headers: { x_role: "admin" } }, true],
    [
      "a header in both spellings, the other",
      { header: { "x-my-role": "admin" } },
      { headers: { "x-my-role": "user", "x_my-role": "admin" } },
      true,
    ],
    [
      "a header that a site spells as CGI does",
      { header: { x_role: true } },
      { headers: { "x-role": "a" } },
      true,
    ],
    [
      "no header of like spelling",
      { header: { "x-role": true } },
      { headers: { x_roles: "a", xrole: "a" } },
      false,
    ],
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
    [
      "a cookie that PHP takes for a part of it",
      { cookie: { role: "admin" } },
      { headers: { cookie: "role[0]=admin" } },
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
    ["any, of which one asks for nothing", { any: [{ method: "POST" }, {}] }, {}, true],
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
    [{ query: { v: "2" } }, "?a=1;v=2", true],
    [{ query: { v: "2" } }, "?a=1;%76=2&b", true],
    [{ query: { v: "1;x=2" } }, "?v=1;x=2", true],
    [{ query: { v: true } }, "?a=1%3Bv=2", false],
    [{ query: { v: false } }, "?a=1;v", false],
    [{ query: { v: false } }, "?x", true],
    [{ query: { "a b": "c d" } }, "?a+b=c%20d", true],
    [{ query: { v: "2" } }, "?v[]=2", true],
    [{ query: { v: "2" } }, "?v%5Bx%5D=2", true],
    [{ query: { v: "2" } }, "?%20v=2", true],
    [{ query: { v: "2" } }, "?++v=2", true],
    [{ query: { v: "2" } }, "?v%00x=2", true],
    [{ query: { v: "2" } }, "?a;v[]=2", true],
    [{ query: { v: false } }, "?v[]=2", false],
    [{ query: { v_w: "2" } }, "?v.w=2", true],
    [{ query: { v_w: "2" } }, "?v+w=2", true],
    [{ query: { v_w: "2" } }, "?v[w=2", true],
    [{ query: { "v.w": "2" } }, "?v_w=2", true],
    [{ query: { "v[w]": "2" } }, "?v[w]=2", true],
    [{ query: { "v[w]": "2" } }, "?v=2&v[x]=2", false],
    [{ query: { v: "2" } }, "?[v]=2&v.=2&V=2&xv=2", false],
    [{ not: { path: "/x/*" } }, "", true],
    [{ any: [{ path: "/" }, { path: "/x" }] }, "", true],
    [{ scheme: "https" }, "", false],
    [{ host: "*.test" }, "", true],
    [{ host: ["b.test", "a.*"] }, "", true],
    [{ host: "b.test" }, "", false],
  ] as [object, string, boolean][])("%j takes %j: %s", (config, query, held) => {
    expect(holds(config, `http://a.test/${query}`)).toBe(held);
  });
});

// The host of a request is in its canonical form. A condition that kept the spelling of the file never held, and its
// opposite always did: a guard with `not` was open.
describe("a host that is an IPv6 address", () => {
  const SPELLINGS = ["[2001:db8::1]", "[2001:DB8::1]", "[2001:db8:0:0:0:0:0:1]", "[2001:0db8::0001]"];
  const MAPPED = ["[::ffff:192.0.2.7]", "[::FFFF:c000:0207]", "[0:0:0:0:0:ffff:192.0.2.7]"];

  it.each([SPELLINGS, MAPPED].flatMap((all) => all.flatMap((wanted) => all.map((host) => [wanted, host]))))(
    "%s takes %s",
    (wanted = "", host = "") => {
      expect(holds({ host: wanted }, `http://${host}:8080/`)).toBe(true);
      expect(holds({ not: { host: wanted } }, `http://${host}/`)).toBe(false);
    },
  );

  it("is compared as the runtime's URLs write it", () => {
    for (const host of [...SPELLINGS, ...MAPPED, "[64:ff9b::192.0.2.33]", "[1:0:2:0:0:3:0:4]"])
      expect(anAsked(`http://${host}/`).host).toBe(new URL(`http://${host}/`).hostname);
  });
});

describe("what explain tells of a condition", () => {
  const url = "http://a.test/x?v=1&v=2";
  const options: AskedOptions = { headers: { accept: "text/html", cookie: "a=1; a=2" }, country: "DE" };
  const told = (config: object, given: AskedOptions = options) =>
    compileConditions(match.parse(config)).map((condition) => [
      condition.name,
      condition.wants,
      condition.found(anAsked(url, given)),
    ]);

  it.each<[config: object, name: string, wants: string, found: string]>([
    [{ host: "b.test" }, "host", "b.test", "a.test"],
    [{ host: ["b.test", "c.test"] }, "host", "b.test or c.test", "a.test"],
    [{ scheme: "https" }, "scheme", "https", "http"],
    [{ method: ["GET", "POST"] }, "method", "GET or POST", "GET"],
    [{ header: { accept: "*json*" } }, "header accept", "*json*", "text/html"],
    [{ header: { accept: ["a", "b"] } }, "header accept", "a or b", "text/html"],
    [{ header: { accept: false } }, "header accept", "absent", "text/html"],
    [{ header: { "x-a": true } }, "header x-a", "present", "none"],
    [{ query: { v: "3" } }, "query v", "3", "1, 2"],
    [{ query: { w: "3" } }, "query w", "3", "none"],
    [{ cookie: { a: "3" } }, "cookie a", "3", "1, 2"],
    [{ country: ["FR", "US"] }, "country", "FR or US", "DE"],
    [{ ip: ["10.0.0.0/8", "::1"] }, "ip", "10.0.0.0/8 or ::1", "192.0.2.1"],
    [{ not: { method: "GET" } }, "not", "not method GET", "GET"],
    [{ not: { path: ["/x", "/y"] } }, "not", "not path /x or /y", "/x"],
    [{ not: { method: "GET", path: "/x" } }, "not", "not all path /x and method GET", "path /x, method GET"],
    [{ any: [{ method: "PUT" }, { path: "/y" }] }, "any", "method PUT or path /y", "method GET, path /x"],
    [{ all: [{ method: "PUT" }, { path: "/y" }] }, "all", "method PUT and path /y", "method GET, path /x"],
  ])("%j", (config, ...expected) => {
    expect(told(config)).toEqual([expected]);
  });

  it("admits that a country is unknown", () => {
    expect(told({ country: "DE" }, {})).toEqual([["country", "DE", "unknown"]]);
  });

  it("lists them in a fixed order, whatever the order of the file", () => {
    const config = {
      all: [{ path: "/" }],
      any: [{ path: "/" }],
      not: { path: "/" },
      ip: "::1",
      country: "DE",
      cookie: { c: true, a: true },
      query: { q: true },
      header: { h: true },
      method: "GET",
      scheme: "http",
      host: "a.test",
    };
    expect(told(config).map(([name]) => name)).toEqual([
      "host",
      "scheme",
      "method",
      "header h",
      "query q",
      "cookie c",
      "cookie a",
      "country",
      "ip",
      "not",
      "any",
      "all",
    ]);
  });
});
