import { describe, expect, it } from "vitest";
import { fieldValues, usualSpelling } from "../../../worker/routing/spellings.ts";

describe("the values of a field, whichever spelling of its name an origin reads", () => {
  it.each([
    ["x-user", { "x-user": "a" }, ["a"]],
    ["x-user", { x_user: "a" }, ["a"]],
    ["x-user", { "x-user": "a", x_user: "b" }, ["a", "b"]],
    ["x_user", { "x-user": "a" }, ["a"]],
    ["x_user", { x_user: "a" }, ["a"]],
    ["x_user", { "x-user": "b", x_user: "a" }, ["a", "b"]],
    ["x-my-user", { "x-my_user": "a", "x_my-user": "b", x_my_user: "c" }, ["a", "b", "c"]],
    ["x-user", { "x.user": "a", "x+user": "b", "x~user": "c" }, ["a", "b", "c"]],
    ["x.user", { "x-user": "a", x_user: "b" }, ["a", "b"]],
    ["accept", { accept: "a" }, ["a"]],
    ["accept", { accept_: "a", _accept: "b" }, []],
    ["x-user", { "x-users": "a", x_users: "b", xuser: "c" }, []],
    ["x-user", {}, []],
    ["x-user", { "x-user": "" }, [""]],
  ] as [string, Record<string, string>, string[]][])("%s in %j: %j", (name, headers, values) => {
    expect([...fieldValues(new Headers(headers), name)].sort()).toEqual(values);
  });

  it("one spelling stands for all of them", () => {
    expect(["x-my-user", "x_my_user", "x-my_user", "x.my+user"].map(usualSpelling)).toEqual(
      Array(4).fill("x-my-user"),
    );
  });
});
