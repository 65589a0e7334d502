import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { SHOP, WRONG_EXPECTATIONS, BROKEN } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate push --local", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "wrong.yaml": WRONG_EXPECTATIONS,
    "broken.yaml": BROKEN,
  });
  const push = (...words: string[]) => folder.headgate("push", "--local", "--persist-to", "state", ...words);

  // Two runs in one test: each starts wrangler several times, and the second finds what the first wrote.
  it("writes what is new, reads it back, and leaves alone what is the same", {
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
    expect(await push()).toEqual({
      code: 0,
      out: `site:shop.example.com    version 52fa4418ad34  same
site:*.shop.example.com  as shop.example.com   same
0 keys written to the local store, 2 left alone
`,
      err: "",
    });
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
});
