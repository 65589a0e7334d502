import { describe, expect, it } from "vitest";
import { pathShapes } from "../../../shared/site/path-pattern.ts";
import { objectionToPattern } from "../../../shared/site/path-pattern-faults.ts";
import { compilePathTable } from "../../../worker/routing/path-table.ts";
import { problemsIn, withRoute } from "./fixtures.ts";

describe("a path pattern", () => {
  const STAR =
    "may have a * only as a whole segment: /a/*/b or /a/*; for part of a segment write /*{.+\\.css}";
  const refused: [pattern: string, objection: string][] = [
    ["users", "must begin with /"],
    ["/assets*", STAR],
    ["/a*b/c", STAR],
    ["/a/*.css", STAR],
    ["/a/*{x}/b", "may have `*{expression}` only at its end"],
    ["/a*{x}", "has a brace that does not belong to a parameter; write `:name{expression}`"],
    ["/./a", "never matches: `.` is resolved before a path is compared"],
    ["/a/../b", "never matches: `..` is resolved before a path is compared"],
    ["/a?b=c", "has a ?; a path ends before the query, and only a parameter at the end may be optional"],
    ["/a:b?", "has a ?; a path ends before the query, and only a parameter at the end may be optional"],
    // It was read as `/` and `/:`, and matched both.
    [
      "/:?",
      "has a parameter called `?`; a name consists of letters, digits and _, and stands for the whole segment: :file{[^/]+\\.json}",
    ],
    ["/:id?/edit", "has `:id?` in the middle; only a parameter at the end may be optional"],
    ["/a%2fb", "never matches: paths are compared with `%2f` spelt as `%2F`"],
    ["/a%2Fb%2f", "never matches: paths are compared with `%2f` spelt as `%2F`"],
    ["/%7Eme", "never matches: paths are compared with `%7E` spelt as `~`"],
    ["/100%", "has a % that is not followed by two hexadecimal digits; write %25 for a percent sign"],
    ["/my files", "never matches: paths are compared with this character escaped; write %20"],
    ["/a\tb", "never matches: paths are compared with this character escaped; write %09"],
    ["/a|b", "never matches: paths are compared with this character escaped; write %7C"],
    ["/a\x7f", "never matches: paths are compared with this character escaped; write %7F"],
    ["/a/{id}", "has a brace that does not belong to a parameter; write `:name{expression}`"],
    ["/:id{[0-9]+", "has a brace that does not belong to a parameter; write `:name{expression}`"],
    [
      "/:id.json",
      "has a parameter called `id.json`; a name consists of letters, digits and _, and stands for the whole segment: :file{[^/]+\\.json}",
    ],
    ["/:id/x/:id", "has two parameters called `id`"],
    [
      "/:rest{a/.+}",
      "never matches: `:rest` is one segment, which has no slash; write /*{a/.+} at the end for several",
    ],
    [
      "/:x{a\\/b}",
      "never matches: `:x` is one segment, which has no slash; write /*{a\\/b} at the end for several",
    ],
    [
      "/:x{[/]a/b}",
      "never matches: `:x` is one segment, which has no slash; write /*{[/]a/b} at the end for several",
    ],
    [
      "/:x{\\[a/b}",
      "never matches: `:x` is one segment, which has no slash; write /*{\\[a/b} at the end for several",
    ],
    ["/:user{%2F%2f}", "never matches: paths are compared with `%2f` spelt as `%2F`"],
    ["/:user{%40.+}", "never matches: paths are compared with `%40` spelt as `@`"],
    ["/*{.+%2eexe}", "never matches: paths are compared with `%2e` spelt as `.`"],
    [
      "/:x{é+}",
      "has a character in `:x` that paths contain only escaped; write (?:%C3%A9), outside of [brackets]",
    ],
    [
      "/*{.+[a b]}",
      "has a character in `/*` that paths contain only escaped; write (?:%20), outside of [brackets]",
    ],
    [
      "/:x{😀}",
      "has a character in `:x` that paths contain only escaped; write (?:%F0%9F%98%80), outside of [brackets]",
    ],
    ["/*{^.+}", "has ^ or $ in `/*`; all that follows has to match anyway, so leave them out"],
    ["/:id{^[0-9]+$}", "has ^ or $ in `:id`; the whole segment has to match anyway, so leave them out"],
    [
      "/:id{[}",
      "has an expression that cannot be read: Invalid regular expression: /[/: Unterminated character class",
    ],
    // It could be read within the brackets that are put around it.
    [
      "/:id{a)|(?:b}",
      "has an expression that cannot be read: Invalid regular expression: /a)|(?:b/: Unmatched ')'",
    ],
  ];
  it.each(refused)("is refused: %s", (pattern, objection) => {
    expect(objectionToPattern(pattern)).toBe(objection);
    expect(problemsIn(withRoute({ to: "web", match: { path: pattern } }))).toEqual([
      `routes[0].match.path  ${objection}`,
    ]);
  });

  const allowed = [
    "/",
    "/:",
    "/:x{[^/]+-[^/]+}",
    "/*",
    "/a/*/b",
    "/assets/*",
    "/users/:id",
    "/users/:id?",
    "/:id{[0-9]+}/edit",
    "/:year{[0-9]{4}}",
    "/:lang{(?:de|fr)}/*",
    "/:name{[a|b]+}",
    "/:file{[^/]+\\.json}",
    "/:file{.*\\.png}",
    "/:lang{de|fr}",
    "/:x{[\\]/]+}",
    "/:x{[^\\/]+}",
    "/:price{[$]?[0-9]+}",
    "/:price{[0-9]+\\$}",
    "/:x{(?:%C3%A9)+}",
    "/:id{[0-9]+}/c++",
    "/:two{[a-z/]+}",
    "/:price{\\$&\\$'[0-9]+}",
    "/:id{[0-9]+}/@4",
    "/:brace{[^}/]+}/x",
    "/:a?",
    "/:a/:b{[^/]?}?/:c?",
    "/*{.+\\.css}",
    "/a/:b/*{(?:[^/]+/)?x}",
    "/%40admin/@admin",
    "/%3Aid/%2A",
    "/v1/projects:batch",
    "/a%2Fb/100%25",
    "/café",
    "/a.b/..c",
  ];
  it.each(allowed)("is allowed, and the router takes it: %s", (pattern) => {
    expect(objectionToPattern(pattern)).toBeUndefined();
    expect(problemsIn(withRoute({ to: "web", match: { path: pattern } }))).toEqual([]);
    expect(() => compilePathTable([{ patterns: [pattern], value: 1 }])).not.toThrow();
  });

  it("takes what its alternatives take, and nothing that merely begins like one", () => {
    const takes = (path: string) => compilePathTable([{ patterns: ["/:lang{de|fr}"], value: 1 }]).takes(path);
    expect(takes("/de")).toBe(true);
    expect(takes("/fr")).toBe(true);
    expect(takes("/de-and-more/admin")).toBe(false);
    expect(takes("/not-fr")).toBe(false);
  });
});

describe("the shapes of a pattern", () => {
  const shapes = (pattern: string) =>
    pathShapes(pattern).map(({ segments, takesRest, restRegex }) => [
      ...segments.map((segment) =>
        segment.kind === "literal"
          ? segment.text
          : segment.kind === "any"
            ? "*"
            : `:${segment.name}${segment.regex === undefined ? "" : ` by ${segment.regex}`}`,
      ),
      ...(takesRest ? [`rest${restRegex === undefined ? "" : ` by ${restRegex}`}`] : []),
    ]);

  it.each([
    ["/", [[""]]],
    ["/a/", [["a", ""]]],
    ["/:", [[":"]]],
    ["/a:b", [["a:b"]]],
    ["/:x{}", [[":x{}"]]],
    ["/*{}", [["*{}"]]],
    ["/café/100%25", [["caf%C3%A9", "100%25"]]],
    ["/éaü日本", [["%C3%A9a%C3%BC%E6%97%A5%E6%9C%AC"]]],
    ["/😀", [["%F0%9F%98%80"]]],
    ["/%40é", [["@%C3%A9"]]],
    ["/:x{a\\}[^/]+}/y", [[":x by a\\}[^/]+", "y"]]],
    ["/*{[a-z]{2}/.+}", [["rest by [a-z]{2}/.+"]]],
    ["/:x{[{]/}/y", [[":x by [{]/", "y"]]],
    ["/a/:b?/", [["a", ":b?", ""]]],
    ["/*", [["rest"]]],
    ["/a/*/b", [["a", "*", "b"]]],
    ["/a/:x?", [["a"], ["a", ":x"]]],
    ["/:a?/:b?", [[""], [":a"], [":a", ":b"]]],
    ["/:a{[^/]?}?", [[""], [":a by [^/]?"]]],
    ["/:price{\\$&\\$'[0-9]+}/x", [[":price by \\$&\\$'[0-9]+", "x"]]],
    ["/:id{[0-9]{4}}/@4", [[":id by [0-9]{4}", "@4"]]],
    ["/:brace{[^}/]+}/x", [[":brace by [^}/]+", "x"]]],
    ["/%40a/*{.+\\.(?:css|js)}", [["@a", "rest by .+\\.(?:css|js)"]]],
  ])("%s", (pattern, expected) => {
    expect(shapes(pattern)).toEqual(expected);
  });
});
