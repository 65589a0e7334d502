// What `npm start` tells a newcomer to type, typed.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";
import { descendantsOf, isAlive } from "../support/descendants.ts";

const run = promisify(execFile);

describe("the demo", () => {
  let folder: string;
  let demo: Command;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-demo-"));
    demo = new Command(["demo", "--port", "0", "--persist-to", folder]);
    await demo.line(/Ctrl-C ends everything/);
  }, 60_000);
  afterAll(async () => {
    await demo.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  /** Types the line that stands under this comment, and returns what the terminal then shows. */
  const typeLineUnder = async (comment: RegExp): Promise<string> => {
    const at = demo.err.findIndex((line) => line.startsWith("# ") && comment.test(line));
    const { stdout } = await run("bash", ["-c", demo.err[at + 1] ?? "exit 1"]);
    return stdout;
  };

  it("suggests six lines", () => {
    expect(demo.err.filter((line) => line.startsWith("# "))).toHaveLength(6);
  });

  it("balances over a and b, and leaves the standby alone", async () => {
    const answers = (await typeLineUnder(/weighted balancing/)).trim().split("\n");
    expect(answers).toHaveLength(8);
    for (const answer of answers) expect(answer).toMatch(/^\{"origin":"[ab]","count":\d+\}$/);
  });

  it("rewrites what the origin is asked", async () => {
    expect(JSON.parse(await typeLineUnder(/a rewrite/))).toMatchObject({ url: "/echo/users?id=7" });
  });

  it("redirects", async () => {
    const answer = await typeLineUnder(/a redirect/);
    expect(answer).toMatch(/^HTTP\/1.1 308 /);
    expect(answer).toMatch(/^location: \/new\/page\?x=1\r?$/im);
  });

  it("answers the second time from the cache", async () => {
    const shown = await typeLineUnder(/the cache/);
    const counts = [...shown.matchAll(/"count":(\d+)/g)].map(([, count]) => count);
    expect(counts).toHaveLength(2);
    expect(counts[1]).toBe(counts[0]);
    expect(shown).toMatch(/^cache-status: headgate; fwd=uri-miss.*; stored/im);
    expect(shown).toMatch(/^cache-status: headgate; hit/im);
  });

  it("dresses an answer of its own", async () => {
    const answer = await typeLineUnder(/security headers/);
    expect(answer).toMatch(/^content-security-policy: /im);
    expect(answer).not.toMatch(/^strict-transport-security: /im); // the demo is asked over plain http (RFC 6797 §7.2)
    expect(answer).toMatch(/^x-content-type-options: nosniff/im);
  });

  it("fails over when an origin falls sick", async () => {
    const shown = await typeLineUnder(/failover/);
    expect(shown).toContain("a now answers 503 to everything");
    expect([...shown.matchAll(/"origin":"b"/g)]).toHaveLength(4);
    expect(shown).toContain("a is well again");
  });

  it("ends with everything it has started", async () => {
    const started = descendantsOf(demo.pid);
    expect(await demo.interrupt()).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
  });
});
