import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecrets } from "../../../../cli/secrets/secrets-file.ts";

describe("the secrets of sites", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-secrets-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const ENV = {
    HEADGATE_SECRET_A: "of the environment",
    HEADGATE_SECRET: "root",
    HOME: "/root",
    HEADGATE_SECRET_b: "x",
  };
  const read = async (
    text: string,
    { env = {}, mode = 0o600 }: { env?: NodeJS.ProcessEnv; mode?: number } = {},
  ) => {
    const file = path.join(folder, "secrets.env");
    await writeFile(file, text);
    await chmod(file, mode);
    return { file, read: await readSecrets(file, env) };
  };

  it("are the variables of the environment with the prefix, and no others", async () => {
    expect(await readSecrets(undefined, { ...ENV, HEADGATE_SECRETS_FOR: "A@a.test" })).toEqual({
      ok: true,
      value: {
        variables: { HEADGATE_SECRET_A: "of the environment", HEADGATE_SECRETS_FOR: "A@a.test" },
        concern: undefined,
      },
    });
  });

  it.each([
    ["lines", 'HEADGATE_SECRET_B="two\nlines" # of a key\nHEADGATE_SECRET=not-for-sites\nOTHER=1\n'],
    ["JSON", JSON.stringify({ HEADGATE_SECRET_B: "two\nlines", HEADGATE_SECRET: "not-for-sites" })],
  ])("are in a file of %s, before those of the environment", async (_form, text) => {
    const found = await read(text, { env: { ...ENV, HEADGATE_SECRET_B: "older" } });
    expect(found.read).toEqual({
      ok: true,
      value: {
        variables: { HEADGATE_SECRET_A: "of the environment", HEADGATE_SECRET_B: "two\nlines" },
        concern: undefined,
      },
    });
  });

  it("may be in an empty file", async () => {
    expect((await read("")).read).toMatchObject({ ok: true, value: { variables: {} } });
  });

  it.each([
    ["no JSON", "{ HEADGATE_SECRET_A"],
    ["values that are no texts", '{ "HEADGATE_SECRET_A": { "value": "hidden" } }'],
    ["no lines of NAME=VALUE", "hidden"],
  ])("are not read from %s, of which nothing is shown", async (_what, text) => {
    const { file, read: found } = await read(text);
    expect(found).toEqual({
      ok: false,
      error: `${file} is neither lines of NAME=VALUE nor a JSON object of texts`,
    });
  });

  it("are refused with a list of grants that says nothing clear", async () => {
    expect((await read("HEADGATE_SECRETS_FOR=a-key-by-mistake")).read).toEqual({
      ok: false,
      error: "HEADGATE_SECRETS_FOR has an entry that is neither NAME nor NAME@HOST",
    });
  });

  it("are not read from a file that is not there", async () => {
    const file = path.join(folder, "none");
    expect(await readSecrets(file, {})).toEqual({ ok: false, error: `${file} cannot be read: ENOENT` });
  });

  // As ssh does with a private key.
  it.each([0o620, 0o602, 0o666])("are not read from a file that others may write (%o)", async (mode) => {
    const { file, read: found } = await read("HEADGATE_SECRET_A=1", { mode });
    expect(found).toEqual({ ok: false, error: `${file} can be written by other users; run chmod 600 on it` });
  });

  it("may be readable by others, as a secret that is mounted into a container is, which is told", async () => {
    const { file, read: found } = await read("HEADGATE_SECRET_A=1", { mode: 0o644 });
    expect(found).toMatchObject({
      ok: true,
      value: { concern: `${file} can be read by every user of this machine; run chmod 600 on it` },
    });
    const group = await read("HEADGATE_SECRET_A=1", { mode: 0o640 });
    expect(group.read).toMatchObject({ ok: true, value: { concern: undefined } });
  });
});
