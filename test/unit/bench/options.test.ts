import { describe, expect, it } from "vitest";
import { isRecorded, readOptions } from "../../../bench/options.ts";

const read = (...argv: string[]) => readOptions(argv, ["hit", "pass"]);

describe("the benchmark's command line", () => {
  it("without anything asks for all of it, recorded", () => {
    expect(read()).toMatchObject({ quick: false, compare: false, json: false, strict: false, record: true });
    expect(isRecorded(read())).toBe(true);
  });

  it.each([["--quick"], ["--only", "hit"], ["--compare"], ["--no-record"]])(
    "with %s is not recorded",
    (...argv) => {
      expect(isRecorded(read(...argv))).toBe(false);
    },
  );

  it("adds only claims that are named, and only what is recorded", () => {
    expect(read("--only", "hit", "--add")).toMatchObject({ only: ["hit"], add: true });
    expect(isRecorded(read("--only", "hit", "--add"))).toBe(false); // as a whole run
    for (const argv of [
      ["--add"],
      ["--add", "--only", "hit", "--quick"],
      ["--add", "--only", "hit", "--no-record"],
    ])
      expect(() => read(...argv), argv.join(" ")).toThrow();
  });

  it("names claims", () => {
    expect(read("--only", "hit", "pass").only).toEqual(["hit", "pass"]);
    expect(read("--only", "hit", "--rounds", "3")).toMatchObject({ only: ["hit"], rounds: 3 });
  });
});
