// What `init` and `reload` say to other programs when they cannot do it. That they do it: test/scenarios/package.test.ts and
// json-news.test.ts.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { useFolder } from "./run-headgate.ts";

describe("headgate init --json", () => {
  const folder = useFolder({ "mine/notes.txt": "not empty" });

  it("says why there is no project, and ends with 1", async () => {
    const ran = await folder.headgate("init", "mine", "--json");
    expect({ ...ran, out: JSON.parse(ran.out) }).toEqual({
      code: 1,
      out: { ok: false, folder: "mine", name: "mine", files: [], error: "mine is not empty" },
      err: "",
    });
  });
});

describe("headgate reload --json", () => {
  const folder = useFolder({});

  it("says that the process has ended, and ends with 1", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(path.join(folder.path, "old.pid"), `${pid}\n`);
    const ran = await folder.headgate("reload", "--json", "--pid-file", "old.pid");
    expect({ ...ran, out: JSON.parse(ran.out) }).toEqual({
      code: 1,
      out: { ok: false, pid, error: `process ${pid} has ended` },
      err: "",
    });
  });

  it("ends with 2 and a sentence if the file names no process", async () => {
    const ran = await folder.headgate("reload", "--json", "--pid-file", "none.pid");
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toMatch(/^error: none\.pid does not hold the number of a process\n/);
  });
});
