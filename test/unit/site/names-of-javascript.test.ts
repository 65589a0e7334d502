// Names that every object of JavaScript answers to are names like others in a site file; the one that cannot be is refused.
import { describe, expect, it } from "vitest";
import { unreachableRoutes } from "../../../shared/site/unreachable-routes.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { facts } from "../explain/imagine.ts";
import { aSite, problemsIn, problemsInFile, validSite, WEB, withRoute } from "./fixtures.ts";

const INHERITED = ["constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];

describe("a path may have such a name as a segment, __proto__ too", () => {
  it.each([...INHERITED, "__proto__"])("%s", (name) => {
    const site = validSite(
      aSite({
        routes: [
          { id: "named", match: { path: `/${name}/:id` }, respond: { status: 201 } },
          { id: "rest", match: { path: "/:any/:__proto__" }, respond: { status: 202 } },
        ],
      }),
    );
    const told = (path: string) =>
      explain(compileSite(site, "v1"), facts(`https://shop.example.com${path}`)).answer.status;
    expect([told(`/${name}/1`), told(`/other/${name}`), told("/plain")]).toEqual([201, 202, 404]);
  });
});

describe.each(INHERITED)("%s is a name like any other", (name) => {
  it("of a pool, an origin, a route, a header, a parameter, a cookie and a test", () => {
    const one = { [name]: "x" };
    const site = aSite({
      pools: { [name]: { origins: [{ id: name, url: "https://a.example.net" }] } },
      routes: [
        {
          id: name,
          match: { path: `/:${name}`, header: one, query: one, cookie: one },
          rewrite: { query: { set: one } },
          headers: { request: { set: one }, response: { add: one } },
          cache: { vary: { [name]: "pass" } },
          to: name,
        },
      ],
      tests: [
        {
          name,
          request: { url: "https://shop.example.com/" },
          expect: { headers: { [name]: false }, key: null },
        },
      ],
    });
    expect(problemsIn(site)).toEqual([]);
  });

  it("for the prover of unreachable routes", () => {
    const route = (id: string, query: object) => ({ id, match: { query }, to: "web" });
    const routes = [route("a", { [name]: "x" }), route("b", { other: "x" }), route("c", { [name]: "x" })];
    expect(unreachableRoutes(validSite(aSite({ routes })))).toEqual([{ index: 2, takenBy: [0] }]);
  });

  it("for a condition, which holds where the request has it, and not where it has none", () => {
    const site = validSite(
      aSite({
        routes: [
          { id: "guarded", match: { query: { [name]: true } }, respond: { status: 403 } },
          { id: "rest", respond: {} },
        ],
      }),
    );
    const statusOf = (query: string) =>
      explain(compileSite(site, "v1"), facts(`https://shop.example.com/${query}`)).answer.status;
    expect([statusOf(`?${name}=1`), statusOf("?a=1"), statusOf("")]).toEqual([403, 200, 200]);
  });

  it("for a capture, which is empty where the path has none", () => {
    const site = validSite(
      withRoute({ match: { path: `/old/:${name}?` }, redirect: { to: `/new/:${name}` } }),
    );
    const locationOf = (path: string) =>
      explain(compileSite(site, "v1"), facts(`https://shop.example.com${path}`)).answer.headers.find(
        ([field]) => field === "location",
      )?.[1];
    expect([locationOf("/old/a"), locationOf("/old")]).toEqual(["/new/a", "/new/"]);
  });
});

describe("__proto__ is refused wherever it stands, and drops no condition without a word", () => {
  const proto = (value: unknown) => Object.fromEntries([["__proto__", value]]);
  const what = "is reserved by JavaScript, so no key can have it; remove it";
  const rows: [place: string, value: unknown, path: string][] = [
    [
      "a parameter",
      withRoute({ to: "web", match: { query: proto("x") } }),
      "routes[0].match.query.__proto__",
    ],
    [
      "a cookie",
      withRoute({ to: "web", match: { cookie: proto(true) } }),
      "routes[0].match.cookie.__proto__",
    ],
    ["a header", withRoute({ to: "web", match: { header: proto("x") } }), "routes[0].match.header.__proto__"],
    [
      "a condition within one",
      withRoute({ to: "web", match: { not: { any: [{ query: proto("x") }] } } }),
      "routes[0].match.not.any[0].query.__proto__",
    ],
    ["a pool", aSite({ pools: Object.assign(proto(WEB), { web: WEB }) }), "pools.__proto__"],
    [
      "a field to set",
      withRoute({ to: "web", headers: { response: { set: proto("x") } } }),
      "routes[0].headers.response.set.__proto__",
    ],
    ["a key of a route", withRoute(Object.assign(proto("x"), { to: "web" })), "routes[0].__proto__"],
    ["a key of the file", aSite(proto("x")), "__proto__"],
  ];

  it.each(rows)("%s", (_place, value, path) => {
    // As JSON, since an object literal here would lose it.
    expect(problemsIn(JSON.parse(JSON.stringify(value)))).toEqual([`${path}  ${what}`]);
  });

  it("with its place in a file", () => {
    const text =
      "hosts: [a.test]\nroutes:\n  - id: a\n    match: { query: { __proto__: x } }\n    respond: {}\n";
    expect(problemsInFile(text)).toEqual([`a.yaml:4:23  routes[0].match.query.__proto__  ${what}`]);
  });
});
