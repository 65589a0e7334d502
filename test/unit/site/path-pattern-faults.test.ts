import { describe, expect, it } from "vitest";
import { objectionToPattern } from "../../../shared/site/path-pattern-faults.ts";
import { compilePathTable } from "../../../worker/routing/path-pattern.ts";

describe("a path pattern", () => {
  const refused: [pattern: string, objection: string][] = [
    ["users", "must begin with /"],
    ["/assets*", "may have a * only as a whole segment: /a/*/b or /a/*"],
    ["/a*b/c", "may have a * only as a whole segment: /a/*/b or /a/*"],
    ["/a/../b", "never matches: `..` is resolved before a path is compared"],
    ["/a?b=c", "has a ?; a path ends before the query, and only a parameter at the end may be optional"],
    ["/:id?/edit", "has `:id?` in the middle; only a parameter at the end may be optional"],
    ["/a%2fb", "never matches: paths are compared with `%2f` spelt as `%2F`"],
    ["/%7Eme", "never matches: paths are compared with `%7E` spelt as `~`"],
    ["/100%", "has a % that is not followed by two hexadecimal digits; the character itself is %25"],
    ["/my files", "never matches: paths are compared with this character escaped; write %20"],
    ["/a/{id}", "has a brace that belongs to no parameter; write `:name{expression}`"],
    ["/:id{[0-9]+", "has a brace that belongs to no parameter; write `:name{expression}`"],
    [
      "/:id.json",
      "has a parameter called `id.json`; a name is of letters, digits and _, and takes the whole segment: :file{[^/]+\\.json}",
    ],
    ["/:id/x/:id", "has two parameters called `id`"],
    ["/:lang{de|fr}", "takes more than it seems: write alternatives in a group, :lang{(?:de|fr)}"],
    ["/:id{^[0-9]+$}", "has ^ or $ in `:id`; the whole segment has to match anyway, so leave them out"],
    [
      "/:id{[}",
      "has an expression that cannot be read: Invalid regular expression: /^[$/: Unterminated character class",
    ],
    // The router puts the segment that follows into the expression.
    [
      "/:id{[0-9]+}/c++",
      "has an expression that cannot be read: Invalid regular expression: /^[0-9]+(?=/c++)/: Nothing to repeat",
    ],
  ];
  it.each(refused)("is refused: %s", (pattern, objection) => {
    expect(objectionToPattern(pattern)).toBe(objection);
  });

  const allowed = [
    "/",
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
    "/:rest{.*\\.png}",
    "/v1/projects:batch",
    "/a%2Fb/100%25",
    "/café",
    "/a.b/..c",
  ];
  it.each(allowed)("is allowed, and the router takes it: %s", (pattern) => {
    expect(objectionToPattern(pattern)).toBeUndefined();
    expect(() => compilePathTable([{ patterns: [pattern], value: 1 }])).not.toThrow();
  });

  it("would take more than it seems with alternatives outside of a group: the reason for the refusal", () => {
    const takes = (pattern: string, path: string) =>
      compilePathTable([{ patterns: [pattern], value: 1 }]).takes(path);
    expect(takes("/:lang{de|fr}", "/de-and-more/admin")).toBe(true);
    expect(takes("/:lang{(?:de|fr)}", "/de-and-more/admin")).toBe(false);
    expect(takes("/:lang{(?:de|fr)}", "/fr")).toBe(true);
  });
});
