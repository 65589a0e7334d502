import { describe, expect, it } from "vitest";
import { didYouMean } from "../../../shared/site/did-you-mean.ts";
import { formatPath, formatProblem, problemAt } from "../../../shared/site/problem.ts";

describe("a problem on a terminal", () => {
  const place = { file: "sites/demo.yaml", line: 12, column: 5 };
  it("names place, path, fault and remedy", () => {
    expect(
      formatProblem({
        ...place,
        path: "routes[2].cache.tll",
        message: "is not a known key",
        hint: "did you mean `ttl`?",
      }),
    ).toBe("sites/demo.yaml:12:5  routes[2].cache.tll  is not a known key; did you mean `ttl`?");
  });
  it("has no path where the file as a whole is at fault", () => {
    expect(formatProblem({ ...place, path: "", message: "the file is empty" })).toBe(
      "sites/demo.yaml:12:5  the file is empty",
    );
  });
});

describe("a problem at a place", () => {
  it("points at the value, unless the key is at fault", () => {
    expect(problemAt(["log", "sample"], "is too small")).toEqual({
      path: "log.sample",
      keys: ["log", "sample"],
      message: "is too small",
    });
    expect(problemAt(["lgo"], "is not a known key", { hint: "did you mean `log`?", atKey: true })).toEqual({
      path: "lgo",
      keys: ["lgo"],
      message: "is not a known key",
      hint: "did you mean `log`?",
      atKey: true,
    });
  });
});

describe("a path", () => {
  it.each<[PropertyKey[], string]>([
    [[], ""],
    [["routes", 2, "cache", "ttl"], "routes[2].cache.ttl"],
    [["headers", "response", "set", "x-edge"], "headers.response.set.x-edge"],
    [["pools", "my pool"], 'pools["my pool"]'],
    [["cache", "statusTtl", "404"], 'cache.statusTtl["404"]'],
  ])("%j is written %s", (keys, text) => expect(formatPath(keys)).toBe(text));
});

describe("what was probably meant", () => {
  const known = ["id", "to", "match", "cache", "security", "web"];
  it.each([
    ["mach", "match"],
    ["Match", "match"],
    ["cahce", "cache"],
    ["securtiy", "security"],
    ["wbe", "web"],
  ])("by %s is %s", (written, meant) =>
    expect(didYouMean(written, known)).toBe(`did you mean \`${meant}\`?`),
  );
  // Of four letters one may differ, and not two.
  it.each(["log", "x", "timeout", "match", "mxtxh", "wxxb"])("by %s is nothing here", (written) =>
    expect(didYouMean(written, known)).toBeUndefined(),
  );
  it("is nothing where nothing is known", () => expect(didYouMean("x", [])).toBeUndefined());
});
