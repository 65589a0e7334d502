import { describe, expect, it } from "vitest";
import { type MatchConfig, match } from "../../../shared/site/match-schema.ts";
import { pathShapes } from "../../../shared/site/path-pattern.ts";
import { conjuncts, globsCover, implies } from "../../../shared/site/reach/implies.ts";
import { pathTrie } from "../../../shared/site/reach/path-trie.ts";

const follows = (given: object, wide: object): boolean =>
  implies(conjuncts(match.parse(given) as MatchConfig), match.parse(wide) as MatchConfig);

describe("a match", () => {
  const A: object = { header: { a: "1" } };
  const GET = { method: "GET" };
  const POST = { method: "POST" };

  const yes: [given: object, wide: object][] = [
    [{}, {}],
    [{ host: "a.test" }, { host: ["b.test", "a.test"] }],
    [{ host: "a.test" }, { host: ["*.test", "b"] }],
    [{ scheme: "http" }, { scheme: "http" }],
    [{ scheme: "http" }, {}],
    [GET, { method: ["POST", "GET"] }],
    [{ method: ["GET", "HEAD"] }, GET],
    [{ method: "HEAD" }, GET],
    [A, A],
    [{ header: { a: "1", b: "2" } }, A],
    [A, { header: { a: true } }],
    [{ header: { a: true } }, { header: { a: true } }],
    [{ header: { a: true } }, { header: { a: "*" } }],
    [{ header: { a: ["1", "2"] } }, { header: { a: ["3", "2", "1"] } }],
    [{ header: { a: ["x1", "y"] } }, { header: { a: ["x*", "y*"] } }],
    [{ header: { a: "x*y" } }, { header: { a: "x*" } }],
    [{ header: { a: false } }, { header: { a: false } }],
    [{ query: { a: "1" } }, { query: { a: "1" } }],
    [{ cookie: { a: "1" } }, { cookie: { a: "1" } }],
    [{ country: "de" }, { country: ["FR", "DE"] }],
    [{ ip: "10.0.0.0/8" }, { ip: ["192.0.2.1", "10.0.0.0/8"] }],
    // Conditions under `all` are conditions of the match.
    [{ all: [A, GET] }, A],
    [{ all: [A, { all: [GET] }] }, GET],
    [{ all: [A, GET, { path: "/a/b" }] }, { any: [{ path: "/a/*", method: "GET" }] }],
    [{ ...A, ...GET }, { all: [A, GET] }],
    [{ all: [GET] }, { all: [GET] }],
    [A, { any: [GET, A] }],
    [{ any: [A, GET] }, { any: [GET, POST, A] }],
    [{ any: [{ ...GET, ...A }] }, { any: [GET] }],
    [{ any: [{ path: "/a/b" }] }, { any: [{ path: "/a/*" }] }],
    [{ not: { method: ["GET", "POST"] } }, { not: GET }],
    [{ not: A }, { not: { ...A, ...GET } }],
    [{ all: [GET, { not: A }] }, { not: A }],
    [{ path: ["/a/1", "/b/2"] }, { any: [{ path: ["/a/*", "/b/*"] }] }],
  ];
  it.each(yes)("%j implies %j", (given, wide) => expect(follows(given, wide)).toBe(true));

  const no: [given: object, wide: object][] = [
    [{}, { host: "a.test" }],
    [{ host: ["a.test", "b.test"] }, { host: "a.test" }],
    [{ host: "*.test" }, { host: "a.test" }],
    [{}, { scheme: "http" }],
    [{ scheme: "https" }, { scheme: "http" }],
    [{}, GET],
    [{ method: ["GET", "POST"] }, GET],
    [{ method: "HEAD" }, POST],
    [GET, { method: "HEAD" }],
    [{}, A],
    [{}, { header: { a: true } }],
    [{ query: { a: "1" } }, A],
    [{ header: { a: true } }, A],
    [{ header: { a: true } }, { header: { a: false } }],
    [{ header: { a: "1" } }, { header: { a: false } }],
    [{ header: { a: false } }, { header: { a: true } }],
    [{ header: { a: ["1", "2"] } }, A],
    [{ header: { a: "*" } }, A],
    [{}, { query: { a: "1" } }],
    [{ query: { a: "2" } }, { query: { a: "1" } }],
    [{}, { cookie: { a: "1" } }],
    [{ cookie: { a: "2" } }, { cookie: { a: "1" } }],
    [{}, { country: "DE" }],
    [{ country: ["DE", "FR"] }, { country: "DE" }],
    [{}, { ip: "10.0.0.0/8" }],
    [{ ip: ["10.0.0.0/8", "192.0.2.1"] }, { ip: "10.0.0.0/8" }],
    [GET, { all: [A, GET] }],
    [GET, { any: [A, POST] }],
    [{ any: [A, GET] }, { any: [GET] }],
    [{ any: [A, GET] }, A],
    [{ any: [A] }, { any: [{ ...A, ...GET }] }],
    [{}, { any: [{ path: "/a" }] }],
    [{ path: ["/a/1", "/b/2"] }, { any: [{ path: "/a/*" }] }],
    [{}, { not: GET }],
    [GET, { not: GET }],
    [{ not: GET }, { not: { method: ["GET", "POST"] } }],
    [{ not: { ...A, ...GET } }, { not: A }],
  ];
  it.each(no)("%j does not imply %j", (given, wide) => expect(follows(given, wide)).toBe(false));

  it("implies another whatever its outermost path, which is compared elsewhere", () => {
    expect(follows(GET, { path: "/a", method: "GET" })).toBe(true);
  });
});

describe("a glob", () => {
  it.each([
    [["a"], ["a"]],
    [["a*"], ["a*"]],
    [["a*"], ["ab", "a*c"]],
    [["x", "*"], ["a"]],
    [[], []],
  ])("%j covers %j", (wide, narrow) => expect(globsCover(wide, narrow)).toBe(true));

  it.each([
    [["a"], undefined],
    [["a"], ["b"]],
    [["a"], ["*"]],
    [["a*"], ["*a"]],
    [["a*"], ["ab", "b"]],
    [[], ["a"]],
  ])("%j does not cover %j", (wide, narrow) => expect(globsCover(wide, narrow)).toBe(false));
});

describe("the patterns around another", () => {
  /** Which of the patterns, inserted in this order, match all that `narrow` matches. */
  function around(patterns: readonly string[], narrow: string): string[] {
    const trie = pathTrie<string[]>();
    for (const pattern of patterns)
      for (const shape of pathShapes(pattern)) trie.at(shape, () => []).push(pattern);
    return pathShapes(narrow).flatMap((shape) => trie.around(shape).flat());
  }

  it.each([
    ["/*", "/"],
    ["/*", "/a"],
    ["/*", "/*"],
    ["/*", "/*{.+}"],
    ["/", "/"],
    ["/a", "/a"],
    ["/a/*", "/a"],
    ["/a/*", "/a/b/c"],
    ["/a/*", "/a/*{.+}"],
    ["/:x/*", "/a"],
    ["/:x{[a-z]+}/*", "/a"],
    ["/:x", "/:y{[0-9]+}"],
    ["/:x{[0-9]+}", "/:y{[0-9]+}"],
    ["/*/b", "/a/b"],
    ["/*/b", "/*/b"],
    ["/*/b", "/:x/b"],
    ["/*/b", "/:x{[0-9]*}/b"],
    ["/a/*/*", "/a/*/*"],
    ["/a/*/*", "/a/b/c"],
    ["/a/*/*", "/a/b/c/*"],
    ["/a/*/*", "/a/*/*{.+}"],
    ["/a/*{.+}", "/a/*{.+}"],
  ])("%s is around %s", (wide, narrow) => expect(around([wide], narrow)).toEqual([wide]));

  it.each([
    ["/", "/a"],
    ["/", "/*"],
    ["/a", "/a/*"],
    ["/a", "/:x"],
    ["/:x", "/"],
    ["/:x", "/*"],
    ["/:x/b", "/*/b"],
    ["/:x/b", "/:y{[0-9]*}/b"],
    ["/:x{[0-9]+}", "/:x"],
    ["/:x{[0-9]+}", "/:x{[0-9]}"],
    ["/:x{undefined}/b", "/:x/b"],
    ["/a/*/*", "/a/b"],
    ["/a/*/*", "/a/b/*"],
    ["/a/*/*", "/a/b/*{.*}"],
    ["/a/*{.+}", "/a/*"],
    ["/a/*{.+}", "/a/b"],
    ["/a/*{undefined}", "/a/*"],
    ["/a/*{undefined}", "/a"],
  ])("%s is not around %s", (wide, narrow) => expect(around([wide], narrow)).toEqual([]));

  it("are found together, each once", () => {
    const patterns = ["/*", "/:x", "/a", "/:y{[a-z]+}", "/b", "/a/*", "/*/*"];
    expect(around(patterns, "/a").sort()).toEqual(["/*", "/:x", "/:y{[a-z]+}", "/a", "/a/*"]);
  });

  it.each(["/a", "/a/*", "/:x{[a-z]+}", "/a/*{.+}", "/*/a", "/:x/b"])(
    "have one place for each spelling of a pattern: %s",
    (pattern) => {
      const named = pattern.replace(":x", ":other");
      expect(around([pattern, "/c", named], pattern)).toEqual([pattern, named]);
    },
  );

  it("have one place for an expression that several share", () => {
    expect(around(["/:x{[0-9]+}/a", "/:y{[0-9]+}/b", "/c/d"], "/:z{[0-9]+}/a")).toEqual(["/:x{[0-9]+}/a"]);
    expect(around(["/a/*{x+}", "/a/*{y+}", "/a/*{x+}"], "/a/*{x+}")).toEqual(["/a/*{x+}", "/a/*{x+}"]);
  });

  it("include at most the first sixty-four expressions that a literal would have to be tried by", () => {
    const many = Array.from({ length: 65 }, (_, index) => `/:x{a|b${index}}`);
    expect(around(many, "/a")).toEqual(many.slice(0, 64));
  });
});
