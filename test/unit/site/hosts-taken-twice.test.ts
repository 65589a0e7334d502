import { describe, expect, it } from "vitest";
import { hostsTakenTwice } from "../../../shared/site/hosts.ts";
import type { Problem } from "../../../shared/site/problem.ts";

const named = (file: string, ...hosts: string[]) => ({
  file,
  site: { hosts },
  locate: ({ path, message }: Problem) => `${file} ${path} ${message}`,
});

describe("a host belongs to one site", () => {
  it("and every later site that names it is told who was first", () => {
    expect(
      hostsTakenTwice([named("a", "x.test"), named("b", "y.test", "x.test"), named("c", "x.test")]),
    ).toEqual([
      "b hosts[1] is taken: a names x.test too, and a host belongs to one site only",
      "c hosts[0] is taken: a names x.test too, and a host belongs to one site only",
    ]);
  });

  it("which may be told beforehand, and need not be among them", () => {
    const owners = new Map([
      ["x.test", "b"],
      ["z.test", "away"],
    ]);
    expect(
      hostsTakenTwice([named("a", "x.test"), named("b", "x.test"), named("c", "z.test")], owners),
    ).toEqual([
      "a hosts[0] is taken: b names x.test too, and a host belongs to one site only",
      "c hosts[0] is taken: away names z.test too, and a host belongs to one site only",
    ]);
  });

  it("which may name it again: that is another check's", () => {
    expect(hostsTakenTwice([named("a", "x.test", "x.test"), named("b", "y.test")])).toEqual([]);
  });
});
