// `headgate dev --json` and `headgate serve --json`: everything that they tell on standard error is an object in a line.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { documented } from "../support/documented.ts";

const saying = (body: string): string =>
  `hosts: [127.0.0.1]\nroutes: [{ id: hello, respond: { body: "${body}" } }]\n`;

let folder: string;
let command: Command;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "headgate-news-"));
  await mkdir(path.join(folder, "sites"));
  await save(saying("one"));
});
afterEach(async () => {
  await command.interrupt();
  await rm(folder, { recursive: true, force: true });
});

const save = (text: string) => writeFile(path.join(folder, "sites/a.yaml"), text);

const start = (name: string, ...args: string[]): void => {
  command = new Command([name, "--json", "--sites", path.join(folder, "sites"), "--port", "0", ...args]);
};

type News = Readonly<Record<string, unknown>>;
const next = async (event: string): Promise<News> =>
  JSON.parse(await command.line(new RegExp(`"event":"${event}"`)));
const all = (): News[] => command.err.map((line) => JSON.parse(line) as News);

const hasFile = { file: expect.stringMatching(/a\.yaml$/) };
const A_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function livesThroughASlip(): Promise<void> {
  const { urls, healthUrl, time } = await next("ready");
  expect([time, healthUrl]).toEqual([A_TIME, null]);
  const [url = ""] = urls as string[];
  expect(await (await request(url)).body.text()).toBe("one");

  await save("hosts: [127.0.0.1]\nroutes: [{ id: hello, respnd: {} }]\n");
  expect(await next("problems")).toMatchObject({
    time: A_TIME,
    problems: [
      { ...hasFile, line: 2, column: 23, path: "routes[0].respnd", hint: "did you mean `respond`?" },
    ],
  });

  await save(saying("one"));
  expect(await next("mended")).toEqual({ time: A_TIME, event: "mended", ...hasFile });
  expect(all().map(({ event }) => event)).toContain("ready");
}

describe("serve --json", () => {
  it("tells what happens, and a reload tells its own end", { timeout: 60_000 }, async () => {
    const pidFile = path.join(folder, "headgate.pid");
    start("serve", "--pid-file", pidFile);
    await livesThroughASlip();
    const reload = new Command(["reload", "--json", "--pid-file", pidFile]);
    expect(await reload.ended).toBe(0);
    expect(JSON.parse(reload.out.join("\n"))).toEqual({ ok: true, pid: command.pid, error: null });
    expect(Object.keys(JSON.parse(reload.out.join("\n")))).toEqual(
      Object.keys(documented("reload")[0] as object),
    );
    expect(await next("notice")).toMatchObject({ message: expect.stringMatching(/^reloaded: /) });
  });

  it("tells why it does not start", async () => {
    await save("hosts: [127.0.0.1]\n");
    start("serve");
    expect(await command.ended).toBe(1);
    expect(all()).toEqual([
      {
        time: A_TIME,
        event: "not-started",
        problems: [
          { ...hasFile, line: 1, column: 1, path: "routes", message: "is missing; write a list", hint: null },
        ],
      },
    ]);
  });
});

describe("dev --json", () => {
  it("tells what happens", { timeout: 90_000 }, async () => {
    start("dev", "--persist-to", path.join(folder, "state"));
    await livesThroughASlip();
    expect(await command.line(/"route":"hello"/, { stream: "out", from: 0 })).toContain('"status":200');
  });
});
