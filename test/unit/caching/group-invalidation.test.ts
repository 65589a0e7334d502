import { describe, expect, it } from "vitest";
import { groupsInvalidated } from "../../../worker/caching/law/group-invalidation.ts";

const groupsIn = (field: string) =>
  groupsInvalidated(new Headers({ "cache-group-invalidation": field }), "a.test").map((what) =>
    what.by === "tag" ? what.tag : what.by,
  );

describe("the groups that a response invalidates (RFC 9875 §3)", () => {
  it.each([
    ['"a"', ["a"]],
    ['"a", "b c", "a"', ["a", "b c"]],
    ['"a";x=1, 7, token, ("b"), ""', ["a"]],
    ['"a', []],
    ["", []],
  ])("%s", (field, groups) => {
    expect(groupsIn(field)).toEqual(groups);
  });

  it("belong to the host that was asked", () => {
    const headers = new Headers({ "cache-group-invalidation": '"a"' });
    expect(groupsInvalidated(headers, "a.test")).toEqual([{ by: "tag", tag: "a", host: "a.test" }]);
    expect(groupsInvalidated(new Headers({ "cache-groups": '"a"' }), "a.test")).toEqual([]);
  });

  it("are as many as 64", () => {
    const many = Array.from({ length: 100 }, (_, index) => `"${index}"`);
    expect(groupsIn(many.join(", "))).toHaveLength(64);
  });
});
