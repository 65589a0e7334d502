import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isAlive } from "../../support/descendants.ts";
import { useFolder } from "./run-headgate.ts";

const folder = useFolder({ "broken.pid": "-1\n", "first.pid": "1\n" });

describe("reload", () => {
  // Before: a process with the word `serve` on its command line, such as another web server's, was ended by the signal.
  it("signals no process that does not wait for it", async () => {
    const other = spawn("sh", ["-c", "read -r line", "serve"], { stdio: ["pipe", "ignore", "ignore"] });
    await once(other, "spawn");
    await writeFile(path.join(folder.path, "other.pid"), `${other.pid}\n`);
    const ran = await folder.headgate("reload", "--pid-file", "other.pid");
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toContain(`error: other.pid is out of date: ${other.pid} does not serve\n`);
    expect(isAlive(other.pid ?? 0)).toBe(true);
    other.stdin.end();
  });

  it.each([
    ["broken.pid", "does not hold the number of a process"],
    ["missing.pid", "does not hold the number of a process"],
    ["first.pid", "is out of date: 1 does not serve"],
  ])("says what is wrong with %s", async (file, what) => {
    const ran = await folder.headgate("reload", "--pid-file", file);
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toContain(`error: ${file} ${what}\n`);
  });
});
