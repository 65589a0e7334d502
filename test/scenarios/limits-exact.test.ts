// Exact limits where there are several processes or data centres: one number for all of them, also after a restart.
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { until, useServiceFolder } from "../support/service.ts";

const SITE = `hosts: ["*"]
routes: [{ id: hello, respond: { body: hello }, limit: { rate: 6, per: 1h, strength: exact } }]
`;

/** Each on a connection of its own, so that every process gets some. */
async function statusesAt(url: string, count: number): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => request(url, { reset: true })));
  await Promise.all(answers.map(({ body }) => body.dump()));
  return answers.map(({ statusCode }) => statusCode);
}

/** Written by the objects, which the state process holds open. */
function bucketsIn(state: string): number {
  const files = readdirSync(state, { recursive: true, encoding: "utf8" });
  const counts = files
    .filter((file) => file.includes("headgate-limits") && /(?<!metadata)\.sqlite$/.test(file))
    .map((file) => {
      const database = new DatabaseSync(path.join(state, file), { readOnly: true });
      try {
        return Number(database.prepare("SELECT count(*) AS count FROM buckets").get()?.count);
      } catch {
        return 0; // it is being written, or not yet made
      } finally {
        database.close();
      }
    });
  return counts.reduce((all, count) => all + count, 0);
}

describe("an exact limit under headgate serve", () => {
  const service = useServiceFolder();

  it("is one number for all processes, and stays when they are started again", async () => {
    await service.write("a.yaml", SITE);
    const served = await service.serve("--processes", "2", "--state", service.state);
    const statuses = await statusesAt(served.url, 20);
    expect(statuses.filter((status) => status === 200)).toHaveLength(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(14);
    await until("what was counted is on disk", () => bucketsIn(service.state) === 1);
    await served.command.interrupt();
    const again = await service.serve("--processes", "2", "--state", service.state);
    expect(await statusesAt(again.url, 4)).toEqual([429, 429, 429, 429]);
  }, 60_000);
});

describe("an exact limit under headgate dev", () => {
  it("is counted by the object that wrangler.toml binds", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
    const sites = path.join(folder, "sites");
    await mkdir(sites);
    await writeFile(path.join(sites, "a.yaml"), SITE.replace('"*"', "a.test"));
    const dev = new Command([
      "dev",
      "--sites",
      sites,
      "--port",
      "0",
      "--persist-to",
      path.join(folder, "state"),
    ]);
    try {
      const url = (await dev.line(/^ready on /)).replace(/^ready on (\S+);.*/, "$1");
      const ask = async () => {
        const answer = await request(url, { headers: { host: "a.test" } });
        await answer.body.dump();
        return answer;
      };
      await until("the site is served", async () => (await ask()).statusCode !== 404);
      const answers = [];
      for (let at = 0; at < 8; at++) answers.push(await ask());
      expect(answers.at(-1)?.statusCode).toBe(429);
      expect(answers.at(-1)?.headers["ratelimit-policy"]).toBe('"hello";q=6;w=3600');
      expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeLessThanOrEqual(6);
    } finally {
      await dev.interrupt();
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
