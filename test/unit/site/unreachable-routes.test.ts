import { describe, expect, it } from "vitest";
import { pathShapes } from "../../../shared/site/path-pattern.ts";
import { objectionToPattern } from "../../../shared/site/path-pattern-faults.ts";
import { formatProblem } from "../../../shared/site/problem.ts";
import { pathTrie } from "../../../shared/site/reach/path-trie.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { unreachableProblems, unreachableRoutes } from "../../../shared/site/unreachable-routes.ts";
import { compilePathTable } from "../../../worker/routing/path-table.ts";
import { aSite, validSite } from "./fixtures.ts";

type Match = Record<string, unknown>;

const siteOf = (matches: readonly Match[], hosts = ["shop.example.com"]) =>
  validSite(aSite({ hosts, routes: matches.map((match, index) => ({ id: `r${index}`, match, to: "web" })) }));

/** Which earlier routes take all of the last one, as their places in the list. */
function takersOfLast(matches: readonly Match[], hosts?: string[]): readonly number[] | undefined {
  return unreachableRoutes(siteOf(matches, hosts)).find(({ index }) => index === matches.length - 1)?.takenBy;
}

describe("a route that is out of reach", () => {
  const taken: [what: string, earlier: Match, later: Match][] = [
    ["the same path", { path: "/a" }, { path: "/a" }],
    ["everything", {}, { path: "/a", method: "GET" }],
    ["everything below", { path: "/a/*" }, { path: "/a/b/c" }],
    ["the bare path of a trailing star", { path: "/a/*" }, { path: "/a" }],
    ["a narrower star", { path: "/a/*" }, { path: "/a/b/*" }],
    ["a star in the middle", { path: "/a/*/c" }, { path: "/a/:b/c" }],
    ["a parameter of another name", { path: "/users/:id" }, { path: "/users/:name" }],
    ["a literal for a parameter", { path: "/users/:id" }, { path: "/users/me" }],
    ["an expression for a parameter", { path: "/users/:id" }, { path: "/users/:id{[0-9]+}" }],
    ["a literal for an expression", { path: "/users/:id{[0-9]+}" }, { path: "/users/42" }],
    ["the same expression", { path: "/:id{.+}/edit" }, { path: "/:name{.+}/edit" }],
    ["an expression of any text", { path: "/a/:b" }, { path: "/a/:b{.+}" }],
    ["the same expression of the rest", { path: "/a/*{.+\\.css}" }, { path: "/a/*{.+\\.css}" }],
    ["the rest where an expression takes some of it", { path: "/a/*" }, { path: "/a/*{.+\\.css}" }],
    ["another spelling", { path: "/@a/*" }, { path: "/%40a/b" }],
    ["a parameter that may be left out", { path: "/a/:b?" }, { path: "/a" }],
    ["all of several paths", { path: ["/a/*", "/b/*"] }, { path: ["/b/1", "/a/2"] }],
    ["fewer methods", { method: ["GET", "POST"] }, { path: "/a", method: "POST" }],
    ["HEAD where GET is taken", { method: "GET" }, { method: "HEAD" }],
    ["the same header", { header: { Accept: "*json*" } }, { header: { accept: "*json*" }, path: "/a" }],
    ["a narrower text", { header: { accept: "*json*" } }, { header: { accept: "application/json*" } }],
    ["a value where it has to be present", { cookie: { session: true } }, { cookie: { session: "x*" } }],
    ["absent as well", { query: { v: false } }, { query: { v: false }, path: "/a" }],
    ["fewer countries", { country: ["DE", "FR"] }, { country: "fr" }],
    ["fewer addresses", { ip: ["10.0.0.0/8", "192.0.2.1"] }, { ip: "192.0.2.1" }],
    ["the same scheme", { scheme: "http" }, { scheme: "http", method: "GET" }],
    ["a host of a pattern", { host: "*.example.com" }, { host: "a.example.com" }],
    ["every host that the site has", { host: "*.example.com" }, {}],
    ["what is excluded there too", { not: { path: "/a/b" } }, { not: { path: "/a/*" } }],
    ["one of any", { any: [{ method: "GET" }, { country: "DE" }] }, { country: "DE", path: "/a" }],
    [
      "each of any",
      { any: [{ method: "GET" }, { country: "DE" }] },
      { any: [{ country: "DE" }, { method: "HEAD" }] },
    ],
    ["all of all", { all: [{ method: "GET" }, { country: "DE" }] }, { country: "DE", method: "GET" }],
    ["a condition that stands under all", { method: "GET" }, { all: [{ path: "/a" }, { method: "GET" }] }],
    ["a path within a match", { any: [{ path: "/a/*" }] }, { path: "/a/b" }],
  ];
  it.each(taken)("is taken by an earlier one: %s", (_what, earlier, later) => {
    expect(takersOfLast([earlier, later])).toEqual([0]);
  });

  const reached: [what: string, earlier: Match, later: Match][] = [
    ["a wider path", { path: "/a/b" }, { path: "/a/*" }],
    ["the bare path of a parameter", { path: "/a/:b" }, { path: "/a" }],
    ["an empty segment, which no parameter takes", { path: "/a/:b" }, { path: "/a/*/" }],
    ["a longer path", { path: "/a/:b" }, { path: "/a/b/c" }],
    ["several segments, which an expression takes", { path: "/a/:b" }, { path: "/a/*{.+}" }],
    ["all of the rest", { path: "/a/*{.+\\.css}" }, { path: "/a/*" }],
    ["the bare path of a star after a star", { path: "/a/*/*" }, { path: "/a/b/*" }],
    ["an empty text, which an expression may take", { path: "/a/:b" }, { path: "/a/:b{[0-9]*}" }],
    ["another expression", { path: "/a/:b{[0-9]+}" }, { path: "/a/:b{[a-z]+}" }],
    ["a literal beside an expression", { path: "/a/:b{[0-9]+}" }, { path: "/a/4x2" }],
    ["one path more", { path: ["/a/*"] }, { path: ["/a/b", "/b"] }],
    ["another method", { method: "GET" }, { method: ["GET", "POST"] }],
    ["any method", { method: "GET" }, {}],
    ["a wider text", { header: { accept: "application/json" } }, { header: { accept: "*json*" } }],
    ["a value that only has to be present", { header: { accept: "a*" } }, { header: { accept: true } }],
    ["another header", { header: { a: "x" } }, { header: { b: "x" } }],
    ["absent where it has to be present", { cookie: { s: true } }, { cookie: { s: false } }],
    ["other countries", { country: "DE" }, { country: ["DE", "FR"] }],
    ["hosts beside", { host: "a.example.com" }, { path: "/a" }],
    ["what is excluded there", { not: { path: "/a/*" } }, { not: { path: "/a/b" } }],
    ["none of any", { any: [{ method: "GET" }] }, { any: [{ method: "GET" }, { method: "PUT" }] }],
    ["one of all only", { all: [{ method: "GET" }, { country: "DE" }] }, { method: "GET" }],
  ];
  it.each(reached)("is not one with %s", (_what, earlier, later) => {
    expect(takersOfLast([earlier, later])).toBeUndefined();
  });

  it("may be taken by several together, path by path", () => {
    expect(
      takersOfLast([{ path: "/a/*" }, { path: "/c" }, { path: "/b/*" }, { path: ["/b/1", "/a/2"] }]),
    ).toEqual([0, 2]);
  });

  it("is taken by the first of those that take it", () => {
    const GET = { method: "GET" };
    expect(
      takersOfLast([
        { path: "/a/*", ...GET },
        { path: "/a/b", method: ["GET", "PUT"] },
        { path: "/a/b", ...GET },
      ]),
    ).toEqual([0]);
    expect(
      takersOfLast([
        { path: "/a/b", ...GET },
        { path: "/a/*", ...GET },
        { path: "/a/b", ...GET },
      ]),
    ).toEqual([0]);
    expect(takersOfLast([{ path: "/a" }, { path: ["/a", "/b"] }, { path: "/a" }])).toEqual([0]);
  });

  it("is compared with the first sixty-four routes of a pattern that have further conditions", () => {
    const tenant = (index: number) => ({ path: "/a", header: { "x-tenant": `t${index}` } });
    const tenants = Array.from({ length: 65 }, (_, index) => tenant(index));
    expect(takersOfLast([...tenants, tenant(63)])).toEqual([63]);
    expect(takersOfLast([...tenants, tenant(64)])).toBeUndefined();
    expect(takersOfLast([...tenants, { path: "/a" }, tenant(64)])).toEqual([65]);
  });

  it("is taken by a host pattern only where all hosts of the site fall under it", () => {
    expect(takersOfLast([{ host: "*.example.com" }, {}], ["*.shop.example.com"])).toEqual([0]);
    expect(takersOfLast([{ host: "*.example.com" }, {}], ["*.shop.example.com", "*"])).toBeUndefined();
  });

  it("does not stand in for what takes it", () => {
    expect(unreachableRoutes(siteOf([{ path: "/a/*" }, { path: "/a/b/*" }, { path: "/a/b/c" }]))).toEqual([
      { index: 1, takenBy: [0] },
      { index: 2, takenBy: [0] },
    ]);
  });

  it("is told with those that take it together, whose lines need not be known", () => {
    const problems = unreachableProblems(siteOf([{ path: "/a" }, { path: "/b" }, { path: ["/a", "/b"] }]));
    expect(problems.map(({ path, message, hint }) => `${path}  ${message}; ${hint}`)).toEqual([
      "routes[2]  is never reached: routes `r0` and `r1` take every request that this one could; move it up, or remove it",
    ]);
  });

  it("is told at its own place, with the line of the one that takes it", () => {
    const text =
      "hosts: [a.example]\nroutes:\n  - id: all\n    respond: {}\n  - { id: a, match: { path: /a }, respond: {} }\n";
    const read = readSiteFile(text, "a.yaml");
    if (!read.ok) throw new Error("it is right");
    const { site, locate } = read.value;
    const problems = unreachableProblems(site, (route) => `line ${locate(route).line}`).map(locate);
    expect(problems.map(formatProblem)).toEqual([
      "a.yaml:5:5  routes[1]  is never reached: route `all` (line 3) takes every request that this one could; move it up, or remove it",
    ]);
  });
});

describe("what the trie says of paths", () => {
  it("is true of the router, for every path of a small world", () => {
    const segments = [
      "a",
      "b",
      "",
      "*",
      ":x",
      ":x{[0-9]+}",
      ":x{[0-9]*}",
      ":x{[ab]+}",
      ":x{.+}",
      ":x{a|b}",
      "%2A",
      "@",
      "%40",
    ];
    const named = (first: string, second: string, tail: string) =>
      `/${first}/${second.replace("x", "y")}${tail}`;
    const patterns = [
      ...segments.map((first) => `/${first}`),
      ...segments.map((first) => `/${first}/*`),
      ...segments.flatMap((first) => [`/${first}/*{[ab]/?[ab]?}`, `/${first}/*{.*}`]),
      ...segments.flatMap((first) =>
        segments.flatMap((second) => [named(first, second, ""), named(first, second, "/*")]),
      ),
      "/*",
      "/a/:x?",
      "/a/*/*/b",
    ].filter((pattern) => objectionToPattern(pattern) === undefined);
    const words = ["", "a", "b", "ab", "7", "7a", "*", "%40"];
    const paths = words.flatMap((one) => [
      `/${one}`,
      ...words.flatMap((two) => [`/${one}/${two}`, ...words.map((three) => `/${one}/${two}/${three}`)]),
    ]);

    const takenBy = new Map(
      patterns.map((pattern) => {
        const table = compilePathTable([{ patterns: [pattern], value: true }]);
        return [pattern, new Set(paths.filter((path) => table.takes(path)))];
      }),
    );
    const trie = pathTrie<Set<string>>();
    for (const pattern of patterns) {
      for (const shape of pathShapes(pattern)) trie.at(shape, () => new Set<string>()).add(pattern);
    }
    let claims = 0;
    const wrong: string[] = [];
    for (const narrow of patterns) {
      const shapes = pathShapes(narrow);
      if (shapes.length > 1) continue;
      for (const wide of shapes.flatMap((shape) => trie.around(shape)).flatMap((set) => [...set])) {
        claims++;
        // Of a pattern with two shapes one may have been meant; its other paths are no matter here.
        const outside = [...(takenBy.get(narrow) ?? [])].find((path) => !takenBy.get(wide)?.has(path));
        if (outside !== undefined) wrong.push(`${wide} does not take ${outside}, which ${narrow} takes`);
      }
    }
    expect(wrong).toEqual([]);
    expect(claims).toBeGreaterThan(2_000);
  });
});

describe("ten thousand routes", () => {
  const many = (match: (index: number) => Match) =>
    siteOf(Array.from({ length: 10_000 }, (_, index) => match(index)));
  const sites: [what: string, match: (index: number) => Match][] = [
    ["a path each", (index) => ({ path: [`/p${index}/*`, `/q/${index}/:id{[0-9]+}`] })],
    ["one path, a tenant each", (index) => ({ path: "/api/*", header: { "x-tenant": `t${index}` } })],
    ["one place, an expression each", (index) => ({ path: `/x/:id{[0-9]+-${index}}` })],
  ];
  it.each(sites)("are looked through within a second: %s", (_what, match) => {
    const site = many(match);
    const before = process.cpuUsage(); // and not the clock: other tests run beside
    expect(unreachableRoutes(site)).toEqual([]);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});
