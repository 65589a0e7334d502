import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { SHOP, WRONG_EXPECTATIONS, BROKEN } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate push --local", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "changed.yaml": SHOP.replace("weight: 3", "weight: 2"),
    "wrong.yaml": WRONG_EXPECTATIONS,
    "broken.yaml": BROKEN,
  });
  const push = (...words: string[]) => folder.headgate("push", "--local", "--persist-to", "state", ...words);

  // Three runs in one test, because each starts wrangler, and one builds on the other.
  it("writes what is new or changed, leaves alone what is the same, and reads it back", {
    timeout: 90_000,
  }, async () => {
    expect(await push()).toEqual({
      code: 0,
      out: `site:shop.example.com    version 52fa4418ad34  new
site:*.shop.example.com  as shop.example.com   new
2 keys written to the local store, 0 left alone
`,
      err: "",
    });
    expect((await push("changed.yaml")).out).toMatch(
      /^site:shop\.example\.com {4}version [0-9a-f]{12} {2}changed\nsite:\*\.shop\.example\.com {2}as shop\.example\.com {3}same\n1 key written to the local store, 1 left alone\n$/,
    );
    expect((await push("changed.yaml")).out).toContain("0 keys written to the local store, 2 left alone\n");
  });

  it.each([
    ["broken.yaml", "2 problems in 1 file"],
    ["wrong.yaml", "3 tests: 1 passed, 2 failed"],
  ])("refuses %s, and writes nothing", async (file, summary) => {
    const ran = await folder.headgate("push", "--local", "--persist-to", "untouched", file);
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err.endsWith(`${summary}\nNothing was written.\n`)).toBe(true);
    expect(existsSync(path.join(folder.path, "untouched"))).toBe(false);
  });

  it.each([
    [["push"], "error: say where to: --local or --remote, one of them"],
    [["push", "--local", "--remote"], "error: say where to: --local or --remote, one of them"],
    [["push", "--remote", "--persist-to", "x"], "error: --persist-to belongs to --local"],
  ])("ends with 2 on %j", async (words, message) => {
    const ran = await folder.headgate(...words);
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err.split("\n")[0]).toBe(message);
  });
});
