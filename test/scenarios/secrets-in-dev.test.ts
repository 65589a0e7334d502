// Secrets of sites under `headgate dev`: from the environment and a file, whatever characters they have.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { useOrigin } from "../support/origin.ts";

describe("headgate dev", () => {
  const origin = useOrigin((_request, response) => void response.end("page"));
  let folder: string;
  let dev: Command;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
    await mkdir(path.join(folder, "sites"));
    const route = (name: string) =>
      `  - { id: ${name.toLowerCase()}, match: { path: /${name} }, headers: { request: { set: { x-key: "\${secret:${name}}" } } }, to: web }\n`;
    await writeFile(
      path.join(folder, "sites/site.yaml"),
      `hosts: ["*"]\npools: { web: { origins: [{ id: a, url: "${origin.url}" }] } }\nroutes:\n${route("OF_ENV")}${route("OF_FILE")}${route("OF_NOBODY")}`,
    );
    const file = path.join(folder, "secrets.json");
    await writeFile(file, JSON.stringify({ HEADGATE_SECRET_OF_FILE: "a$HOME\"b'c#d\\n" }), { mode: 0o600 });
    dev = new Command(["dev", "--sites", path.join(folder, "sites"), "--port", "0", "--secrets", file], {
      HEADGATE_SECRET_OF_ENV: "value-of-env",
    });
    url = (await dev.line(/^ready on /)).replace(/^ready on (\S+);.*/, "$1");
  }, 60_000);
  afterAll(async () => {
    await dev.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  const keyAt = async (name: string) => {
    const { statusCode, body } = await request(`${url}/${name}`);
    await body.dump();
    return statusCode === 200 ? origin.last.headers["x-key"] : statusCode;
  };

  it("gives them to origins, and names the one that nobody has", async () => {
    expect(await keyAt("OF_ENV")).toBe("value-of-env");
    expect(await keyAt("OF_FILE")).toBe("a$HOME\"b'c#d\\n");
    expect(await keyAt("OF_NOBODY")).toBe(500);
    expect(await dev.line(/OF_NOBODY.*which is not set/)).toBeTruthy();
  });
});
