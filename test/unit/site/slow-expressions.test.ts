import { describe, expect, it } from "vitest";
import { slowExpressions } from "../../../cli/judge-site.ts";
import { validSite, withRoute } from "./fixtures.ts";

const problemsWith = (match: Record<string, unknown>) =>
  slowExpressions(validSite(withRoute({ to: "web", match }))).map(
    ({ path, message }) => `${path}  ${message}`,
  );

describe("an expression that a hostile path makes slow", () => {
  const slow: [pattern: string, growth: string][] = [
    ["/:x{(?:a+)+}", "exponentially with its length"],
    ["/:x{([a-z]+-?)+}", "exponentially with its length"],
    ["/:x{(?:a|a)*}", "exponentially with its length"],
    ["/:x{.*foo.*bar}", "with its length to the power of 2"],
  ];
  it.each(slow)("is found: %s", (pattern, growth) => {
    const expression = pattern.slice("/:x".length);
    expect(problemsWith({ path: pattern })).toEqual([
      `routes[0].match.path[0]  has an expression that a hostile path can make slow: the time for ${expression} grows ${growth}`,
    ]);
  });

  it("is found in a match within a match", () => {
    expect(problemsWith({ path: "/a", not: { any: [{ path: ["/b", "/:x{(?:a+)+}"] }] } })).toHaveLength(1);
  });

  it.each([
    "/:slug{[a-z0-9]+(?:-[a-z0-9]+)*}",
    "/:uuid{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}",
    "/:path{.+\\.png}",
  ])("is not one that takes as long as the path is: %s", (path) =>
    expect(problemsWith({ path })).toEqual([]),
  );
});
