// What a push refuses. A push that writes, into a real local store and twice, is an example in docs/commands.md.
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BROKEN, WRONG_EXPECTATIONS } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

describe("headgate push", () => {
  const folder = useFolder({
    "wrong.yaml": WRONG_EXPECTATIONS,
    "broken.yaml": BROKEN,
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
