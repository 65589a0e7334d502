import { describe, expect, it } from "vitest";
import { type SiteFile, siteSchema } from "../../../shared/site/schema.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { matchRoute, whyNot } from "../../../worker/routing/match-route.ts";
import { compilePathTable } from "../../../worker/routing/path-table.ts";
import { type AskedOptions, anAsked, aSite, repeatableRandom } from "../../support/asked.ts";

type RouteFile = SiteFile["routes"][number];

const taken = (routes: RouteFile[], url: string, method = "GET") => {
  const matched = matchRoute(aSite({ routes }), anAsked(`http://a.test${url}`, { method }));
  return matched.ok
    ? { route: matched.value.route.id, captures: { ...matched.value.captures } }
    : matched.error;
};

describe("the route that takes a request", () => {
  it("is the first whose path and conditions hold", () => {
    const routes = [
      { id: "post", match: { path: "/a/*", method: "POST" }, respond: {} },
      { id: "a", match: { path: "/a/*" }, respond: {} },
      { id: "exact", match: { path: "/a/b" }, respond: {} },
      { id: "rest", respond: {} },
    ];
    expect(taken(routes, "/a/b", "POST")).toMatchObject({ route: "post" });
    expect(taken(routes, "/a/b")).toMatchObject({ route: "a" });
    expect(taken(routes, "/b")).toMatchObject({ route: "rest" });
  });

  it("is the first in the order of the file, whether its pattern begins with a name, a parameter or a star", () => {
    const routes = [
      { id: "early", match: { path: "/:any/early" }, respond: {} },
      { id: "named", match: { path: ["/a/:page", "/b/:page"] }, respond: {} },
      { id: "late", match: { path: "/:any/late" }, respond: {} },
      { id: "below", match: { path: "/a/*" }, respond: {} },
      { id: "star", match: { path: "/*/x" }, respond: {} },
      { id: "root", match: { path: "/" }, respond: {} },
      { id: "rest", respond: {} },
    ];
    const first = (path: string) => taken(routes, path);
    expect(first("/a/early")).toMatchObject({ route: "early" });
    expect(first("/a/late")).toMatchObject({ route: "named" });
    expect(first("/b/late")).toMatchObject({ route: "named" });
    expect(first("/c/late")).toMatchObject({ route: "late" });
    expect(first("/a")).toMatchObject({ route: "below" });
    expect(first("/c/x")).toMatchObject({ route: "star" });
    expect(first("/*/x")).toMatchObject({ route: "star" });
    expect(first("/:any/early")).toMatchObject({ route: "early", captures: { any: ":any" } });
    expect(first("/")).toMatchObject({ route: "root" });
    expect(first("//")).toMatchObject({ route: "rest" });
  });

  it.each([
    ["/users/:id", "/users/7", { id: "7" }],
    ["/users/:id{[0-9]+}", "/users/7", { id: "7" }],
    ["/opt/:x?", "/opt", {}],
    ["/opt/:x?", "/opt/1", { x: "1" }],
    ["/assets/*", "/assets/a/b.js", { "*": "a/b.js" }],
    ["/assets/*", "/assets", { "*": "" }],
    ["/assets/*", "/assets/", { "*": "" }],
    ["/:tenant/files/*", "/acme/files/a/b", { tenant: "acme", "*": "a/b" }],
    ["/*", "/a/b", { "*": "a/b" }],
    ["/*", "/", { "*": "" }],
    ["/café/*", "/caf%c3%a9/x", { "*": "x" }],
    ["/a/*", "/a/%C3%A9%2Bx", { "*": "%C3%A9%2Bx" }],
  ])("%s captures of %s", (pattern, path, captures) => {
    expect(taken([{ id: "r", match: { path: pattern }, respond: {} }], path)).toEqual({
      route: "r",
      captures,
    });
  });

  it.each([
    ["/users/:id", "/users"],
    ["/users/:id", "/users/"], // a parameter is never empty
    ["/:a/b", "//b"],
    ["/users/:id", "/users/7/edit"],
    ["/users/:id{[0-9]+}", "/users/x"],
    ["/a", "/a/"],
    ["/a", "/A"],
    ["/assets/*", "/assetsx"],
  ])("%s does not take %s", (pattern, path) => {
    expect(taken([{ id: "r", match: { path: pattern }, respond: {} }], path)).toEqual({ reason: "no-route" });
  });

  // A trailing `/*` also takes the path without it. After a star in the middle, which takes any segment, it does not.
  it.each([
    ["/a/*", "/a", true],
    ["/a/:x/*", "/a/1", true],
    ["/a/*/*", "/a/1", false],
    ["/a/*/*", "/a/1/", true],
    ["/a/*/*", "/a/1/2", true],
    ["/a/*/b/*", "/a/1/b", true],
    ["/*/*", "/a", false],
    ["/*/*", "/a/b", true],
    ["/*/b", "//b", true],
    ["//x", "//x", true],
    ["//x", "/x", false],
    ["/", "/", true],
    ["/", "//", false],
  ])("%s takes %s: %s", (pattern, path, takes) => {
    const table = compilePathTable([{ patterns: [pattern], value: true }]);
    expect(table.takes(path)).toBe(takes);
    expect([...table.match(path)]).toHaveLength(takes ? 1 : 0);
  });

  it("may be asked for by several paths", () => {
    const routes = [{ id: "r", match: { path: ["/a", "/b/*"] }, respond: {} }];
    expect(taken(routes, "/a")).toMatchObject({ route: "r" });
    expect(taken(routes, "/b/c")).toMatchObject({ route: "r", captures: { "*": "c" } });
  });

  it("must allow what is odd in a path, and no later route may in its place", () => {
    const allowing = { allowInPath: ["encoded-slash" as const], respond: {} };
    const strict = { id: "strict", match: { path: "/a/*" }, respond: {} };
    expect(taken([{ id: "open", ...allowing }], "/a/x%2Fy")).toMatchObject({ route: "open" });
    expect(taken([strict, { id: "open", ...allowing }], "/a/x%2Fy")).toEqual({
      reason: "path-refused",
      oddity: "encoded-slash",
    });
    expect(taken([strict], "/b%2Fc")).toMatchObject({ reason: "path-refused" });
    expect(taken([{ id: "open", ...allowing }], "/a/x%5Cy")).toMatchObject({ oddity: "backslash" });
  });
});

describe("a path table", () => {
  const values = (entries: [pattern: string, value: string][], path: string) => {
    const table = compilePathTable(entries.map(([pattern, value]) => ({ patterns: [pattern], value })));
    return [...table.match(path)].map(({ value }) => value);
  };

  it("gives every entry that matches, also where entries share a pattern or an expression", () => {
    const entries: [string, string][] = [
      ["/a/*{.+\\.css}", "first style"],
      ["/a/:x{[0-9]+}", "first number"],
      ["/a/*{.+\\.css}", "second style"],
      ["/a/:y{[0-9]+}", "second number"],
      ["/a/:z", "any"],
      ["/a/b", "literal"],
      ["/a/b", "literal again"],
    ];
    expect(values(entries, "/a/b/x.css")).toEqual(["first style", "second style"]);
    expect(values(entries, "/a/7")).toEqual(["first number", "second number", "any"]);
    expect(values(entries, "/a/b")).toEqual(["any", "literal", "literal again"]);
  });

  it("refuses a pattern that does not compile each time that it is needed, instead of taking it for none", () => {
    const table = compilePathTable([{ patterns: ["/a/:x{[}"], value: "guard" }]);
    for (let time = 0; time < 3; time++) expect(() => table.takes("/a/1")).toThrow(SyntaxError);
    expect(table.takes("/b/1")).toBe(false);
  });
});

describe("why a route does not match", () => {
  const whyNotAt = (match: object, url: string, options: AskedOptions = {}) => {
    const site = aSite({ routes: [{ id: "r", match, respond: {} }] });
    const [route] = site.routes;
    if (!route) throw new Error("no route");
    return whyNot(route(), anAsked(url, options));
  };

  it("names everything that would have to change: what it wants, and what it found", () => {
    const match = { path: ["/a/*", "/b"], method: "POST", header: { "x-a": "1" }, scheme: "http" };
    expect(whyNotAt(match, "http://a.test/c")).toEqual([
      { condition: "path", wants: "/a/* or /b", found: "/c" },
      { condition: "method", wants: "POST", found: "GET" },
      { condition: "header x-a", wants: "1", found: "none" },
    ]);
    expect(whyNotAt(match, "http://a.test/b", { method: "POST", headers: { "x-a": "2" } })).toEqual([
      { condition: "header x-a", wants: "1", found: "2" },
    ]);
    expect(whyNotAt(match, "http://a.test/b", { method: "POST", headers: { "x-a": "1" } })).toEqual([]);
  });
});

describe("over random sites and requests", () => {
  const random = repeatableRandom(11);
  const pick = <T>(choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  const segment = () => pick(["a", "b", "c", ":x", ":y{[ab]}", ":z{[0-9]+}", "*"]);
  const pattern = () => {
    const segments = Array.from({ length: 1 + Math.floor(random() * 3) }, segment);
    let names = Math.floor(random() * 5);
    return `/${segments.join("/").replace(/:\w/g, () => `:p${names++}`)}`;
  };
  const path = () =>
    `/${Array.from({ length: Math.floor(random() * 4) }, () => pick(["a", "b", "c", "7", ""])).join("/")}`;
  const condition = () =>
    pick<object>([
      {},
      { method: "GET" },
      { method: ["POST", "PUT"] },
      { query: { v: "1" } },
      { header: { h: true } },
      { not: { header: { h: true } } },
      { any: [{ path: "/a/*" }, { query: { v: true } }] },
      { ip: "192.0.2.0/24" },
    ]);

  it("whyNot is empty for just the routes that would match, and the first of them is taken", () => {
    let matches = 0;
    for (let round = 0; round < 100; round++) {
      // Unvalidated on purpose: a site may not have unreachable routes, a random one has many.
      const file = siteSchema.parse({
        hosts: ["a.test"],
        routes: Array.from({ length: 8 }, (_, index) => ({
          id: `r${index}`,
          match: { ...condition(), ...(random() < 0.9 && { path: pattern() }) },
          respond: {},
        })),
      });
      const site = compileSite(file, "test");
      for (let request = 0; request < 20; request++) {
        const asked = anAsked(`http://a.test${path()}${pick(["", "?v=1", "?v=2"])}`, {
          method: pick(["GET", "HEAD", "POST", "PUT"]),
          headers: random() < 0.5 ? { h: "1" } : {},
          ip: pick(["192.0.2.1", "2001:db8::1"]),
        });
        const matched = matchRoute(site, asked);
        const routes = site.routes.map((route) => route());
        const first = routes.find((route) => whyNot(route, asked).length === 0);
        const context = `${asked.method} ${asked.path} in ${routes.map((route) => route.patterns).join(" ")}`;
        expect(matched.ok ? matched.value.route.id : undefined, context).toBe(first?.id);
        if (matched.ok) matches++;
      }
    }
    expect(matches).toBeGreaterThan(400);
  });
});

describe("with 10,000 routes", () => {
  const patterns = Array.from({ length: 9_999 }, (_, index) =>
    index % 3 === 0 ? `/s${index}/:id` : index % 3 === 1 ? `/s${index}/*` : `/s${index}/deep/er`,
  );
  const table = compilePathTable(
    [...patterns, "/*"].map((pattern, value) => ({ patterns: [pattern], value })),
  );

  it("only those whose path matches are looked at", () => {
    expect([...table.match("/s3000/7")].map(({ value }) => value)).toEqual([3000, 9999]);
    expect([...table.match("/s4000/7/8")].map(({ value }) => value)).toEqual([4000, 9999]);
    expect([...table.match("/nowhere")].map(({ value }) => value)).toEqual([9999]);
  });

  it("a pattern that thousands of routes share is walked no further than the first that takes the request", () => {
    let looked = 0;
    const shared = compilePathTable(
      Array.from({ length: 10_000 }, (_, value) => ({ patterns: ["/api/*"], value })),
    );
    for (const { value } of shared.match("/api/x")) {
      looked++;
      if (value === 2) break;
    }
    expect(looked).toBe(3);
  });

  it("routes that share patterns keep the order of the file", () => {
    const mixed = compilePathTable([
      { patterns: ["/a/*"], value: 0 },
      { patterns: ["/*"], value: 1 },
      { patterns: ["/a/:x", "/b"], value: 2 },
      { patterns: ["/*", "/a/*"], value: 3 },
      { patterns: ["/a/*"], value: 4 },
    ]);
    expect([...new Set([...mixed.match("/a/1")].map(({ value }) => value))]).toEqual([0, 1, 2, 3, 4]);
    expect([...mixed.match("/b")].map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});
