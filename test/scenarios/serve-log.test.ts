// The log of `headgate serve` on a real workerd: no reader of it, whatever it does, holds up the edge.
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Pool } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";

/** Makes a record of some 8 KB. */
const LONG = {
  method: "GET",
  path: `/${"p".repeat(4_000)}`,
  headers: { "user-agent": "u".repeat(2_048), referer: `http://a.test/${"r".repeat(2_000)}` },
};

describe("the log of headgate serve", () => {
  let folder: string;
  const running: Command[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-sites-"));
    await writeFile(
      path.join(folder, "site.yaml"),
      'hosts: ["*"]\nroutes: [{ id: rest, respond: { body: hello } }]\n',
    );
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.interrupt()));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function serve(args: readonly string[], options: { stalled?: boolean } = {}) {
    const command = new Command(["serve", "--sites", folder, "--port", "0", ...args], {}, options);
    running.push(command);
    const ready = await command.line(/ on http:/);
    return { command, url: ready.replace(/.* on (\S+);.*/, "$1") };
  }

  /** Twenty at a time. Resolves when each has been answered. */
  async function ask(url: string, count: number, what: Parameters<Pool["request"]>[0]): Promise<void> {
    const pool = new Pool(url, { connections: 20 });
    for (let sent = 0; sent < count; sent += 20) {
      const answers = Array.from({ length: 20 }, async () => {
        const { statusCode, body } = await pool.request(what);
        return [statusCode, await body.text()];
      });
      for (const answer of await Promise.all(answers)) expect(answer).toEqual([200, "hello"]);
    }
    await pool.close();
  }

  it("is dropped and counted where nobody reads it, and every request is answered", async () => {
    const { command, url } = await serve([], { stalled: true });
    const REQUESTS = 3_000;
    await ask(url, REQUESTS, LONG);
    command.readOn();
    const sentence = await command.line(/log records were dropped/);
    const dropped = Number(
      /^(\d+) log records were dropped: standard output was not read$/.exec(sentence)?.[1],
    );
    expect(dropped).toBeGreaterThan(0);
    // The reader is back: from here on every record arrives.
    await ask(url, 20, { path: "/again", method: "GET" });
    await expect.poll(() => command.out.filter((line) => line.includes('"/again"')).length).toBe(20);
    for (const line of command.out) expect(JSON.parse(line)).toMatchObject({ status: 200 });
    expect(command.out.length + dropped).toBe(REQUESTS + 20);
  });

  it("does not hold up the end where nobody reads it", async () => {
    const { command, url } = await serve([], { stalled: true });
    await ask(url, 400, LONG);
    const since = performance.now();
    command.signal("SIGTERM");
    expect(await command.exited).toBe(0);
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  it("outlives its reader", async () => {
    const { command, url } = await serve([]);
    command.stopReading();
    await ask(url, 100, LONG);
    expect(await command.line(/standard output cannot be written/)).toBe(
      "standard output cannot be written (EPIPE); log records are dropped",
    );
    await ask(url, 100, LONG);
    expect(await command.interrupt()).toBe(0);
  });

  it("goes into a file, which is opened anew on SIGUSR1 without a lost line or an open debugger", async () => {
    const file = path.join(folder, "access.log");
    const { command, url } = await serve(["--log", file, "--processes", "2"]);
    const asking = ask(url, 2_000, { path: "/busy", method: "GET" });
    await expect.poll(() => readFile(file, "utf8")).toContain('"/busy"');
    await rename(file, `${file}.1`);
    command.signal("SIGUSR1");
    await command.line(/is open anew/);
    expect(await accepts(9_229)).toBe(false);
    await asking;
    await ask(url, 20, { path: "/after", method: "GET" });
    await expect.poll(async () => (await readFile(file, "utf8")).match(/"\/after"/g)?.length).toBe(20);
    const lines = `${await readFile(`${file}.1`, "utf8")}${await readFile(file, "utf8")}`.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).status)).toEqual(Array(2_020).fill(200));
    expect(command.out).toEqual([]);
  });

  it("in a file that cannot be opened stops the start", async () => {
    const command = new Command(["serve", "--sites", folder, "--log", path.join(folder, "no/such/place")]);
    expect(await command.ended).toBe(2);
    expect(command.err[0]).toBe(`error: ${path.join(folder, "no/such/place")} cannot be opened: ENOENT`);
  });
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
