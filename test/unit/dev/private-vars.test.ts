import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { envText, privateVars } from "../../../cli/dev/private-vars.ts";

describe("variables that nobody else on the machine may see", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-vars-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const written = () => readFile(path.join(folder, "private-vars.env"), "utf8");
  const given = () => privateVars({ RUN: "abc" }, { configFolder: folder, ownFolder: folder });

  it("are in a file that only this user can read, beside the one that wrangler reads by itself", async () => {
    const [usual, file] = [path.join(folder, ".env"), path.join(folder, "private-vars.env")];
    expect(await given()).toEqual(["--env-file", file]);
    await writeFile(usual, "A=1");
    expect(await given()).toEqual(["--env-file", usual, "--env-file", file]);
    expect(await written()).toBe("RUN='abc'\n");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("come after those of .dev.vars, which wrangler no longer reads by itself", async () => {
    await writeFile(path.join(folder, ".dev.vars"), 'SECRET="two\\nlines" # mine\nRUN=other\n');
    expect(await given()).toEqual(["--env-file", path.join(folder, "private-vars.env")]);
    expect(await written()).toBe("RUN='abc'\nSECRET='two\nlines'\n");
  });

  // Seen in wrangler 4: in such a file $NAME is filled in, and \$ is a dollar sign. In .dev.vars a dollar sign is one.
  it.each([
    ["a$HOME", "NAME='a\\$HOME'\n"],
    ["it's", "NAME=`it's`\n"],
    ['"#', "NAME='\"#'\n"],
  ])("mean the same to wrangler: %s", (value, text) => {
    expect(envText({ NAME: value })).toBe(text);
  });

  it("are refused if they cannot be written", () => {
    expect(() => envText({ NAME: "'`" })).toThrow("NAME in .dev.vars has both ' and `");
  });
});
